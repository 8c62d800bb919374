import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";
import {
    CountedGraphModel,
    CountedGraphRenderer,
    countedGraphView,
    CountedPivotModel,
    CountedPivotRenderer,
    countedPivotView,
    withNotice,
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

export class PersonYearGraphModel extends CountedGraphModel {
    _buildMetaData(params) {
        const metaData = super._buildMetaData(params);
        metaData.measures = inOrder(metaData);
        return metaData;
    }
}

/** Why a number of people over several periods is empty. */
function notice(measures) {
    return measures.length
        ? _t(
              "People are counted once per period: over several periods their number stays empty. Choose one period, or group by period."
          )
        : "";
}

const views = registry.category("views");
views.add("alumni_person_year_pivot", {
    ...countedPivotView,
    Model: PersonYearPivotModel,
    Renderer: withNotice(CountedPivotRenderer, notice),
});
views.add("alumni_person_year_graph", {
    ...countedGraphView,
    Model: PersonYearGraphModel,
    Renderer: withNotice(CountedGraphRenderer, notice),
});
