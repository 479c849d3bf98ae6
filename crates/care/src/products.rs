//! What goes on the skin, and what does not.

use needlepoint_case::{ProductUse, When};
use needlepoint_knowledge::{
    product::{OpenChannelUse, Product},
    rule::{Act, Part, Rule},
};

use crate::{
    book::{Asked, Book, because, by_itself, kind_name},
    plan::Because,
    screening::{Change, Screening},
};

/// What is used on the day and what is refused.
#[derive(Debug, Clone, Default)]
pub(crate) struct Products {
    pub(crate) on_the_day: Vec<Because>,
    pub(crate) not_to_use: Vec<Because>,
    /// Products of the protocol.
    pub(crate) used: Vec<ProductUse>,
}

pub(crate) fn products(book: Book<'_>, screening: &Screening) -> Products {
    let mut products = Products::default();
    for rule in book.rules(Part::Products, Asked::default()) {
        let list = match rule.act {
            Some(Act::Leave) => &mut products.not_to_use,
            _ => &mut products.on_the_day,
        };
        list.push(because(rule));
    }
    for change in &screening.changes {
        if let Change::OmitProduct { rule, product } = change {
            let mut why = book.rule(rule).map_or_else(|| by_itself(rule.clone()), because);
            why.text = format!("Not {}: {}", label_of(book, product), why.text);
            products.not_to_use.push(why);
        }
    }
    for wish in &book.consultation.wishes.products {
        wished(book, screening, wish, &mut products);
    }
    products
}

/// A wish is a product or a kind of product.
fn wished(book: Book<'_>, screening: &Screening, wish: &str, products: &mut Products) {
    let all = &book.knowledge.products;
    let meant: Vec<&Product> =
        all.iter().filter(|p| p.name == wish || kind_name(p.kind) == wish).collect();
    if meant.is_empty() {
        products.not_to_use.push(by_itself(format!(
            "\"{wish}\" is wished for and not known: not on open channels until somebody has looked at what is in it."
        )));
    }
    for product in meant {
        let omitted = screening.changes.iter().any(|change| {
            matches!(change, Change::OmitProduct { product: name, .. }
                if *name == product.name || *name == kind_name(product.kind))
        });
        // Why it is left out has been told with the change.
        if omitted {
            continue;
        }
        let channels = &product.on_open_channels;
        let rules = named_by_rules(book, product);
        let told = |text: String| Because { sources: channels.sources.clone(), ..by_itself(text) };
        match channels.answer {
            OpenChannelUse::Yes if product.prescription => products.on_the_day.push(told(format!(
                "{} is wished for: a prescriber decides on it. It has been used on open channels: {}.",
                product.label, channels.note
            ))),
            OpenChannelUse::Yes => {
                products.on_the_day.push(told(format!(
                    "{} may go on during the session: {}.",
                    product.label, channels.note
                )));
                products.used.push(ProductUse {
                    name: product.name.clone(),
                    when: When::InSession,
                    amount_mg_per_cm2: None,
                });
            }
            OpenChannelUse::No => products.not_to_use.push(told(format!(
                "{} is wished for and is refused on open channels: {}.",
                product.label, channels.note
            ))),
            OpenChannelUse::Unknown => products.not_to_use.push(told(format!(
                "{} is wished for; nobody tested it on open channels, so it stays off until the skin has closed: {}.",
                product.label, channels.note
            ))),
        }
        products.not_to_use.extend(rules.into_iter().map(because));
    }
}

/// Rules against a product that is asked for.
fn named_by_rules<'k>(book: Book<'k>, product: &Product) -> Vec<&'k Rule> {
    let asked = Asked { product: Some(product), ..Asked::default() };
    let rules = book.rules(Part::Products, asked).into_iter();
    rules.filter(|rule| !rule.when.product.is_empty() && rule.act == Some(Act::Leave)).collect()
}

fn label_of(book: Book<'_>, product: &str) -> String {
    book.knowledge.product(product).map_or_else(|| product.to_owned(), |p| p.label.clone())
}
