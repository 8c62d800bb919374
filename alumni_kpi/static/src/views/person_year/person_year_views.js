import { registry } from "@web/core/registry";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";
import { PivotRenderer } from "@web/views/pivot/pivot_renderer";
import { pivotView } from "@web/views/pivot/pivot_view";

/** A pivot that says why a number of people over several periods is empty. */
export class PersonYearPivotRenderer extends PivotRenderer {
    static template = "alumni_kpi.PersonYearPivotRenderer";

    get mixesPeriods() {
        return this.table.rows.some((row) =>
            row.subGroupMeasurements.some((cell) => cell.value === false)
        );
    }
}

/** A graph that says the same. */
export class PersonYearGraphRenderer extends GraphRenderer {
    static template = "alumni_kpi.PersonYearGraphRenderer";

    get mixesPeriods() {
        return this.model.dataPoints.some((point) => point.value === false);
    }
}

const views = registry.category("views");
views.add("alumni_person_year_pivot", { ...pivotView, Renderer: PersonYearPivotRenderer });
views.add("alumni_person_year_graph", { ...graphView, Renderer: PersonYearGraphRenderer });
