import { registry } from "@web/core/registry";
import {
    CountedGraphModel,
    CountedGraphRenderer,
    countedGraphView,
    CountedPivotModel,
    CountedPivotRenderer,
    countedPivotView,
} from "../counted/counted_views";

/** Measures in the order of the model, reach before engagement, instead of that of
 *  their names. */
function inOrder({ fields, measures }) {
    return Object.fromEntries(
        [...Object.keys(fields), "__count"]
            .filter((name) => name in measures)
            .map((name) => [name, measures[name]])
    );
}

export class PersonYearPivotModel extends CountedPivotModel {
    async load(searchParams) {
        await super.load(searchParams);
        this.metaData.measures = inOrder(this.metaData);
    }
}

/** A pivot that says why a number of people over several periods is empty. */
export class PersonYearPivotRenderer extends CountedPivotRenderer {
    static template = "alumni_kpi.PersonYearPivotRenderer";

    get mixesPeriods() {
        return this.table.rows.some((row) =>
            row.subGroupMeasurements.some((cell) => cell.value === false)
        );
    }
}

export class PersonYearGraphModel extends CountedGraphModel {
    _buildMetaData(params) {
        const metaData = super._buildMetaData(params);
        metaData.measures = inOrder(metaData);
        return metaData;
    }
}

/** A graph that does the same. */
export class PersonYearGraphRenderer extends CountedGraphRenderer {
    static template = "alumni_kpi.PersonYearGraphRenderer";

    get mixesPeriods() {
        return this.model.dataPoints.some((point) => point.value === false);
    }
}

const views = registry.category("views");
views.add("alumni_person_year_pivot", {
    ...countedPivotView,
    Model: PersonYearPivotModel,
    Renderer: PersonYearPivotRenderer,
});
views.add("alumni_person_year_graph", {
    ...countedGraphView,
    Model: PersonYearGraphModel,
    Renderer: PersonYearGraphRenderer,
});
