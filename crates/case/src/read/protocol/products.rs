//! Products besides the numbing, and when they are used.

use needlepoint_knowledge::{
    product::{OpenChannelUse, Product},
    reader::{Field, Table},
};
use uom::si::{f64::Time, time::day};

use crate::{
    case::{ProductUse, When},
    limits,
    units::Coverage,
};

use super::{Desk, list, named, optional, prescription, with, word};

/// The moments without the length of a daily use.
#[derive(Clone, Copy, PartialEq)]
enum Moment {
    InSession,
    AfterSession,
    Daily,
}

pub(super) fn read(desk: Desk<'_>, table: &Table<'_>) -> Option<Vec<ProductUse>> {
    let mut uses: Vec<Option<ProductUse>> = Vec::new();
    for table in list(desk, table, "product") {
        with(table, |table| {
            let product_use = product_use(desk, table);
            if let Some(new) = &product_use
                && uses.iter().flatten().any(|old| old.name == new.name && old.when == new.when)
            {
                table.error(format!("\"{}\" is listed twice for the same time", new.name));
            }
            uses.push(product_use);
        });
    }
    uses.into_iter().collect()
}

fn product_use(desk: Desk<'_>, table: &Table<'_>) -> Option<ProductUse> {
    let name_field = table.require("name", "\"vitamin-c-serum\"");
    let product = name_field.as_ref().and_then(|field| {
        named("product", field, &desk.knowledge.products, |product| &product.name)
    });
    let moment = table.require("when", "\"in-session\"").and_then(|field| {
        let moments = [
            ("in-session", Moment::InSession),
            ("after-session", Moment::AfterSession),
            ("daily", Moment::Daily),
        ];
        word(&field, &moments)
    });
    let when = moment.and_then(|moment| when(table, moment));
    let amount = table.get("amount").map(|field| {
        let (least, most) = limits::AMOUNT_MG_PER_CM2;
        field.quantity_within::<Coverage>(|amount| amount.mg_per_cm2, "mg/cm2", least, most)
    });
    if let (Some(field), Some(product)) = (&name_field, product) {
        prescription(field, product);
        if moment == Some(Moment::InSession) {
            open_channels(field, product);
        }
    }
    Some(ProductUse {
        name: product?.name.clone(),
        when: when?,
        amount_mg_per_cm2: optional(amount)?,
    })
}

fn when(table: &Table<'_>, moment: Moment) -> Option<When> {
    if moment == Moment::Daily {
        let days = |time: Time| time.get::<day>();
        let for_days = table.require("for", "\"6 months\"")?.quantity_within::<Time>(
            days,
            "days",
            1.0,
            limits::HORIZON_DAYS,
        )?;
        return Some(When::Daily { for_days });
    }
    if let Some(field) = table.get("for") {
        field.error(
            "`for` says how long a product is used daily",
            "write when = \"daily\" or leave `for` out",
        );
        return None;
    }
    Some(if moment == Moment::InSession { When::InSession } else { When::AfterSession })
}

/// Say what is known of a product on open channels.
fn open_channels(field: &Field<'_>, product: &Product) {
    let message = match product.on_open_channels.answer {
        OpenChannelUse::Yes => return,
        OpenChannelUse::No => format!("\"{}\" is not meant for open channels", product.name),
        OpenChannelUse::Unknown => {
            format!("nobody tested \"{}\" on open channels", product.name)
        }
    };
    field.warning(message, product.on_open_channels.note.as_str());
}
