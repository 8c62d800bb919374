import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import {
    CountedGraphRenderer,
    countedGraphView,
    CountedPivotRenderer,
    countedPivotView,
    withNotice,
} from "../counted/counted_views";

/** Measures that can be unknown for one horizon and rule too: no cost is known, nobody
 *  came, nobody said anything. */
const UNKNOWN = [
    "cost",
    "cash_return",
    "extended_return",
    "cost_per_participant",
    "cost_per_engaged",
    "cost_per_no_show",
    "no_show_cost",
    "satisfaction",
    "impact",
];

/** Why the figures of several horizons or rules are empty. */
function notice(measures) {
    return measures.some((measure) => !UNKNOWN.includes(measure))
        ? _t(
              "Each horizon and each rule of attribution tells of the same actions: figures of several are not added up and stay empty. Choose one horizon and one rule, or group by them."
          )
        : "";
}

const views = registry.category("views");
views.add("alumni_return_report_pivot", {
    ...countedPivotView,
    Renderer: withNotice(CountedPivotRenderer, notice),
});
views.add("alumni_return_report_graph", {
    ...countedGraphView,
    Renderer: withNotice(CountedGraphRenderer, notice),
});
