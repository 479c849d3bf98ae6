//! Who could be recognised by age, sex and phototype alone.

use std::collections::BTreeMap;

use super::people::Person;

/// Fewer people than these alike are told of.
const FEW: usize = 5;

/// A sentence for each combination of age band, sex and phototype that fewer than five people share.
pub(super) fn warnings(people: &[Person]) -> Vec<String> {
    let mut alike: BTreeMap<(String, &str, String), usize> = BTreeMap::new();
    for person in people {
        let combination = (
            band(person.age_years),
            person.sex.unwrap_or("sex not stated"),
            match person.phototype {
                Some(phototype) => format!("phototype {phototype}"),
                None => "phototype not stated".to_owned(),
            },
        );
        *alike.entry(combination).or_default() += 1;
    }
    alike
        .into_iter()
        .filter(|(_, count)| *count < FEW)
        .map(|((band, sex, phototype), count)| {
            let people = if count == 1 { "1 person" } else { &format!("{count} people") };
            format!(
                "Only {people}: {band}, {sex}, {phototype}. Fewer than {FEW} alike can be recognised by somebody who knows them."
            )
        })
        .collect()
}

/// Ten years to a band.
fn band(age_years: Option<i32>) -> String {
    match age_years {
        None => "age not known".to_owned(),
        Some(age_years) if age_years >= 90 => "90 years and above".to_owned(),
        Some(age_years) => {
            let from = age_years / 10 * 10;
            format!("{from} to {} years", from + 9)
        }
    }
}
