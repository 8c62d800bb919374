import { registry } from "@web/core/registry";
import { Domain } from "@web/core/domain";
import { GraphModel } from "@web/views/graph/graph_model";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";
import { PivotModel } from "@web/views/pivot/pivot_model";
import { PivotRenderer } from "@web/views/pivot/pivot_renderer";
import { pivotView } from "@web/views/pivot/pivot_view";

/** Measures in the order of the model, reach before engagement, instead of that of
 *  their names. */
function inOrder({ fields, measures }) {
    return Object.fromEntries(
        [...Object.keys(fields), "__count"]
            .filter((name) => name in measures)
            .map((name) => [name, measures[name]])
    );
}

/** The person-years that a number counts, among those of its group. */
function counted(domain, measure) {
    const those = measure === "__count" ? [] : [[measure, "!=", 0]];
    return Domain.and([domain, those]).toList();
}

export class PersonYearPivotModel extends PivotModel {
    async load(searchParams) {
        await super.load(searchParams);
        this.metaData.measures = inOrder(this.metaData);
    }
}

/** A pivot that says why a number of people over several periods is empty, and whose
 *  numbers open those whom they count. */
export class PersonYearPivotRenderer extends PivotRenderer {
    static template = "alumni_kpi.PersonYearPivotRenderer";

    get mixesPeriods() {
        return this.table.rows.some((row) =>
            row.subGroupMeasurements.some((cell) => cell.value === false)
        );
    }

    onOpenView(cell, newWindow) {
        this.openedMeasure = cell.measure;
        super.onOpenView(cell, newWindow);
    }

    openView(domain, views, context, newWindow) {
        super.openView(counted(domain, this.openedMeasure), views, context, newWindow);
    }
}

export class PersonYearGraphModel extends GraphModel {
    _buildMetaData(params) {
        const metaData = super._buildMetaData(params);
        metaData.measures = inOrder(metaData);
        return metaData;
    }
}

/** A graph that does the same. */
export class PersonYearGraphRenderer extends GraphRenderer {
    static template = "alumni_kpi.PersonYearGraphRenderer";

    get mixesPeriods() {
        return this.model.dataPoints.some((point) => point.value === false);
    }

    openView(domain, views, context, newWindow) {
        const { measure } = this.model.metaData;
        super.openView(counted(domain, measure), views, context, newWindow);
    }
}

const views = registry.category("views");
views.add("alumni_person_year_pivot", {
    ...pivotView,
    Model: PersonYearPivotModel,
    Renderer: PersonYearPivotRenderer,
});
views.add("alumni_person_year_graph", {
    ...graphView,
    Model: PersonYearGraphModel,
    Renderer: PersonYearGraphRenderer,
});
