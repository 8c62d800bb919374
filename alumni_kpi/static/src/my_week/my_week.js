import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onWillStart, useState } from "@odoo/owl";

/** What an officer has to do this week, in one call of the server: cards with names
 *  that open their records, and headings that open everything behind them. */
export class AlumniMyWeek extends Component {
    static template = "alumni_kpi.MyWeek";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        const { mine = true } = this.props.state || {};
        this.state = useState({ mine, mineCount: 0, sections: [] });
        this.env.config.setDisplayName(_t("My week"));
        // Who comes back from a record finds the page as it was left.
        useSetupAction({ getLocalState: () => ({ mine: this.state.mine }) });
        onWillStart(() => this.load());
    }

    async load() {
        const week = await this.orm.call("alumni.my.week", "read_week", [
            this.state.mine,
        ]);
        this.state.mine = week.mine;
        this.state.mineCount = week.mine_count;
        this.state.sections = week.sections;
    }

    async choose(mine) {
        this.state.mine = mine;
        await this.load();
    }

    openSection(section) {
        return this.action.doAction(section.action);
    }

    openLine(line) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: line.model,
            res_id: line.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("alumni_my_week", AlumniMyWeek);
