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
    static template = "alumni_kpi.CountedPivotRenderer";

    /** Measures without a figure in some group that has records. */
    get emptyMeasures() {
        return this.table.rows
            .flatMap((row) => row.subGroupMeasurements)
            .filter((cell) => cell.value === false)
            .map((cell) => cell.measure);
    }

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
    static template = "alumni_kpi.CountedGraphRenderer";

    get emptyMeasures() {
        const { dataPoints, metaData } = this.model;
        return dataPoints.some((point) => point.value === false) ? [metaData.measure] : [];
    }

    openView(domain, views, context, newWindow) {
        const { measure } = this.model.metaData;
        super.openView(counted(domain, measure), views, context, newWindow);
    }
}

/** The renderer that says above the figures why some are empty.
 *
 *  @param {(measures: string[]) => string} notice what to say of the measures that are
 *    empty somewhere, "" if nothing */
export function withNotice(Renderer, notice) {
    return class extends Renderer {
        get notice() {
            return notice(this.emptyMeasures);
        }
    };
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
