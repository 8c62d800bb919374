import { registry } from "@web/core/registry";
import { floatField } from "@web/views/fields/float/float_field";
import { integerField } from "@web/views/fields/integer/integer_field";
import { monetaryField } from "@web/views/fields/monetary/monetary_field";
import { FIELD_WIDTHS } from "@web/views/list/column_width_hook";

/**
 * The field of a number of which 0 means that nobody has said it: it stays empty
 * then. The option "unless" names another field of the view: where that one is set,
 * 0 is a figure.
 */
function orBlank(type, { component, extractProps, ...field }) {
    return {
        ...field,
        // A list gives a widget it does not know the room of a text.
        listViewWidth: FIELD_WIDTHS[type],
        component: class extends component {
            static props = { ...component.props, unless: { type: String, optional: true } };

            get formattedValue() {
                const { name, record, unless } = this.props;
                const known = record.data[name] || (unless && record.data[unless]);
                return known ? super.formattedValue : "";
            }
        },
        extractProps: (info, ...others) => ({
            ...extractProps(info, ...others),
            unless: info.options.unless,
        }),
    };
}

const fields = registry.category("fields");
fields.add("alumni_float_or_blank", orBlank("float", floatField));
fields.add("alumni_integer_or_blank", orBlank("integer", integerField));
fields.add("alumni_monetary_or_blank", orBlank("monetary", monetaryField));
