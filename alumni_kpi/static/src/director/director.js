import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, markup, onWillStart, useState } from "@odoo/owl";

/** Strategy, targets, cost and return of a period, in one call of the server. Every
 *  figure opens what it is made of. */
export class AlumniDirector extends Component {
    static template = "alumni_kpi.Director";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        const { period_id = false } = this.props.state || {};
        this.state = useState({ page: { periods: [] }, period_id });
        this.env.config.setDisplayName(_t("Director"));
        useSetupAction({
            getLocalState: () => ({ period_id: this.state.period_id }),
        });
        onWillStart(() => this.load());
    }

    async load() {
        const page = await this.orm.call("alumni.director", "read_page", [
            this.state.period_id,
        ]);
        for (const answer of page.answers || []) {
            for (const chart of answer.charts) {
                // The server makes the drawing and escapes all names in it.
                chart.svg = markup(chart.svg);
            }
        }
        this.state.page = page;
        this.state.period_id = page.period_id;
    }

    async choose(ev) {
        this.state.period_id = parseInt(ev.target.value);
        await this.load();
    }

    open(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async openAll(what) {
        const action = await this.orm.call("alumni.director", "action_open", [
            what,
            this.state.period_id,
        ]);
        return this.action.doAction(action);
    }
}

registry.category("actions").add("alumni_director", AlumniDirector);
