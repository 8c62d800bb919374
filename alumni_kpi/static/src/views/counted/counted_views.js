import { registry } from "@web/core/registry";
import { Domain } from "@web/core/domain";
import { GraphModel } from "@web/views/graph/graph_model";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";
import { PivotModel } from "@web/views/pivot/pivot_model";
import { PivotRenderer } from "@web/views/pivot/pivot_renderer";
import { pivotView } from "@web/views/pivot/pivot_view";

/** The records that a number counts, among those of its group. */
function counted(domain, measure) {
    const those = measure === "__count" ? [] : [[measure, "!=", 0]];
    return Domain.and([domain, those]).toList();
}

export class CountedPivotModel extends PivotModel {
    /** A cell that says nothing on the screen says nothing in the spreadsheet. */
    exportData() {
        const table = super.exportData();
        for (const cell of table.rows.flatMap((row) => row.values)) {
            if (cell.value === false) {
                cell.value = "";
            }
        }
        return table;
    }
}

/** A pivot whose numbers open the records that they count, and whose cells stay empty
 *  where the figure is unknown, also if it is a percentage. */
export class CountedPivotRenderer extends PivotRenderer {
    getFormattedValue(cell) {
        return cell.value === false ? { value: "" } : super.getFormattedValue(cell);
    }

    onOpenView(cell, newWindow) {
        this.openedMeasure = cell.measure;
        super.onOpenView(cell, newWindow);
    }

    openView(domain, views, context, newWindow) {
        super.openView(counted(domain, this.openedMeasure), views, context, newWindow);
    }
}

export class CountedGraphModel extends GraphModel {
    _getData(...args) {
        const data = super._getData(...args);
        for (const dataset of data.datasets) {
            dataset.data = dataset.data.map((value) => (value === false ? null : value));
        }
        return data;
    }
}

/** A graph that does the same. */
export class CountedGraphRenderer extends GraphRenderer {
    openView(domain, views, context, newWindow) {
        const { measure } = this.model.metaData;
        super.openView(counted(domain, measure), views, context, newWindow);
    }
}

export const countedPivotView = {
    ...pivotView,
    Model: CountedPivotModel,
    Renderer: CountedPivotRenderer,
};
export const countedGraphView = {
    ...graphView,
    Model: CountedGraphModel,
    Renderer: CountedGraphRenderer,
};

const views = registry.category("views");
views.add("alumni_counted_pivot", countedPivotView);
views.add("alumni_counted_graph", countedGraphView);
