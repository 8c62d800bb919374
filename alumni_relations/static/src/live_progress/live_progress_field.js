import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import {
    ProgressBarField,
    progressBarField,
} from "@web/views/fields/progress_bar/progress_bar_field";

import { useEffect } from "@odoo/owl";

const INTERVAL = 2000; // milliseconds

/**
 * A progress bar of work in the background: as long as it is shown, the record is
 * read again every two seconds. The view hides it when the work has ended, and with
 * that the reading ends.
 */
export class LiveProgressField extends ProgressBarField {
    static template = "alumni_relations.LiveProgressField";

    setup() {
        super.setup();
        useEffect(
            () => {
                const timer = browser.setInterval(() => this.refresh(), INTERVAL);
                return () => {
                    browser.clearInterval(timer);
                    // What the work has written to the chatter shows as well.
                    const { resModel, resId } = this.props.record;
                    this.env.bus.trigger("MAIL:RELOAD-THREAD", {
                        model: resModel,
                        id: resId,
                    });
                };
            },
            () => []
        );
    }

    async refresh() {
        // Nobody looks at a hidden page; what somebody is typing must not be lost.
        if (document.visibilityState === "hidden" || this.reading) {
            return;
        }
        this.reading = true;
        try {
            if (!(await this.props.record.isDirty())) {
                await this.props.record.load();
            }
        } finally {
            this.reading = false;
        }
    }
}

registry.category("fields").add("alumni_live_progress", {
    ...progressBarField,
    component: LiveProgressField,
});
