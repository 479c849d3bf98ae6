//! What was counted and not scored, by reason.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use needlepoint_evidence::{catalogue::Domain, score::Unscored};

use super::{studies, words};

pub(super) fn unscored(all: &[Unscored]) -> Markup {
    let mut by_reason: BTreeMap<&str, Vec<&Unscored>> = BTreeMap::new();
    for one in all {
        by_reason.entry(&one.reason).or_default().push(one);
    }
    let mut reasons: Vec<_> = by_reason.into_iter().collect();
    reasons.sort_by_key(|(_, here)| std::cmp::Reverse(here.len()));
    html! {
        section #unscored aria-labelledby="unscored-h" {
            h2 id="unscored-h" { "Counted, not scored" }
            @if all.is_empty() {
                p.lead { "Every measurement was scored." }
            } @else {
                p.lead {
                    (all.len()) " further measurements stand in the files. They are not held against the model, so it can't hide what it has no answer to."
                }
                table.data.v-reasons {
                    thead {
                        tr {
                            th scope="col" { "Why" }
                            th.num scope="col" { "Measurements" }
                            th.num scope="col" { "Studies" }
                        }
                    }
                    tbody {
                        @for (reason, here) in &reasons {
                            tr {
                                td {
                                    (words::capitalised_sentence(reason))
                                    details { summary { "Show them" } (list(here)) }
                                }
                                td.num { (here.len()) }
                                td.num { (here.iter().map(|one| &one.study).collect::<BTreeSet<_>>().len()) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn list(here: &[&Unscored]) -> Markup {
    let mut by_domain: BTreeMap<Domain, BTreeMap<(&str, &str), usize>> = BTreeMap::new();
    for one in here {
        *by_domain
            .entry(one.domain)
            .or_default()
            .entry((&one.study, &one.observable))
            .or_default() += 1;
    }
    html! {
        dl.v-list {
            @for (domain, counts) in &by_domain {
                dt { (words::domain(*domain)) }
                dd {
                    ul {
                        @for ((study, observable), count) in counts {
                            li {
                                (studies::link(study)) " " (words::spaced(observable))
                                @if *count > 1 { "\u{a0}×\u{a0}" (count) }
                            }
                        }
                    }
                }
            }
        }
    }
}
