//! Other answers than needling: nothing, care at home, another procedure, somebody else.
//!
//! Where no rule says so, the sentence is general knowledge of dermatology or a limit of this program, and says
//! which.

use needlepoint_case::{Concern, case::StriaColour};
use needlepoint_knowledge::{concern::ConcernKind, scale::Measures};

use crate::{
    book::{Book, by_itself},
    plan::{Advice, AdviceKind, Because},
};

/// From this share on one shape of scar leads.
const MOST_OF_THEM: f64 = 0.5;
/// From this share on a shape of scar is worth a word.
const SOME_OF_THEM: f64 = 0.2;
/// Wrinkles from this depth on are folds, um.
const FOLD_UM: f64 = 800.0;
/// Collagen missing below this share is mild sun damage.
const MILD_PHOTOAGEING: f64 = 0.1;
/// Melanin above that of the skin around below this share is a mild mark.
const MILD_PIGMENT: f64 = 0.15;

/// What is needled, and what is advised instead or beside.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answered<'a> {
    pub(crate) needled: Vec<&'a Concern>,
    pub(crate) advice: Vec<Advice>,
}

/// Go through the concerns.
pub(crate) fn answered(book: Book<'_>) -> Answered<'_> {
    let mut answered = Answered::default();
    for concern in &book.consultation.concerns {
        let (needle, advice) = of_concern(book, concern);
        if needle {
            answered.needled.push(concern);
        }
        answered.advice.extend(advice);
    }
    answered
}

/// Whether a concern is needled, and what is advised.
fn of_concern(book: Book<'_>, concern: &Concern) -> (bool, Vec<Advice>) {
    let advise = |kind: AdviceKind, text: &str| advice(kind, concern, by_itself(text));
    let sourced = |kind: AdviceKind, text: &str, sources: &[&str]| {
        let sources = sources.iter().map(|source| (*source).to_owned()).collect();
        advice(kind, concern, Because { sources, ..by_itself(text) })
    };
    if concern.kind == ConcernKind::Healthy || at_floor(book, concern) {
        let text = "There is nothing here to mend: needling healthy skin has risks and no proven gain. Sunscreen and \
                    a gentle care routine are enough.";
        return (false, vec![advise(AdviceKind::NoTreatment, text)]);
    }
    if concern.is_raised() {
        let text = "A raised scar belongs to a dermatologist or scar service first: pressure, silicone, injections \
                    or a laser come before needles (general knowledge), and needling can make it grow.";
        return (false, vec![advise(AdviceKind::Referral, text)]);
    }
    let size = concern.size(book.knowledge).unwrap_or(0.0);
    match concern.kind {
        ConcernKind::AcneScars => acne_scars(concern, sourced),
        ConcernKind::Photoageing if size < MILD_PHOTOAGEING => {
            let text = "Daily sunscreen and a retinoid cream that suits the person come first for mild sun damage \
                        (general knowledge). Needling can wait until that has had its time.";
            (false, vec![advise(AdviceKind::HomeCare, text)])
        }
        ConcernKind::Hyperpigmentation if is_dark_circles(concern) => {
            let text = "Dark circles are vessels, shade and thin skin as much as pigment. No trial of needling alone \
                        gives a usable number, and no needle goes inside the orbital rim: they are not needled here.";
            (false, vec![sourced(AdviceKind::NoTreatment, text, &["markantoni-2015-darkcircles"])])
        }
        ConcernKind::Hyperpigmentation if size < MILD_PIGMENT => {
            let text = "Mild marks fade by themselves over months with daily sunscreen (general knowledge): \
                        needling adds a risk of new ones.";
            (false, vec![advise(AdviceKind::HomeCare, text)])
        }
        ConcernKind::Melasma => {
            let text = "Needling is no treatment by itself, only an add-on to a topical one that a prescriber \
                        leads. Without it nothing lasts, and pigment can get worse.";
            (true, vec![advise(AdviceKind::Referral, text)])
        }
        ConcernKind::HairLoss => {
            let text = "A doctor finds the cause first. Needling is an add-on to minoxidil, about which \
                        a prescriber or pharmacist advises.";
            (true, vec![advise(AdviceKind::Referral, text)])
        }
        ConcernKind::Wrinkles if size >= FOLD_UM => {
            let text = "Deep folds come from volume and gravity as much as from the dermis: a filler or an ablative \
                        laser does more for them than needles (general knowledge).";
            (false, vec![advise(AdviceKind::OtherProcedure, text)])
        }
        ConcernKind::Striae if concern.size.stria_colour == Some(StriaColour::Rubra) => {
            let text = "Red stretch marks are vessels still: they fade by themselves over months, and a laser for \
                        vessels may speed it (general knowledge).";
            (true, vec![advise(AdviceKind::OtherProcedure, text)])
        }
        _ => (true, Vec::new()),
    }
}

fn acne_scars(
    concern: &Concern,
    sourced: impl Fn(AdviceKind, &str, &[&str]) -> Advice,
) -> (bool, Vec<Advice>) {
    let Some(shapes) = concern.scar_types else { return (true, Vec::new()) };
    let mut advice = Vec::new();
    if shapes.ice_pick_share >= SOME_OF_THEM {
        advice.push(sourced(
            AdviceKind::OtherProcedure,
            "Ice-pick scars hardly answer to needles: three sessions reduced them by 6 %, boxcar scars by 47 %. A \
             punch or a strong acid in each scar (TCA CROSS) does it (general knowledge).",
            &["garg-2016"],
        ));
    }
    if shapes.rolling_share >= MOST_OF_THEM {
        advice.push(sourced(
            AdviceKind::OtherProcedure,
            "Strands hold the floor of rolling scars down: where a scar does not lift when the skin is pinched, a \
             subcision comes first (general knowledge); needles alone did less for them than for boxcar scars.",
            &["garg-2016"],
        ));
    }
    (shapes.ice_pick_share < MOST_OF_THEM, advice)
}

pub(crate) fn advice(kind: AdviceKind, concern: &Concern, because: Because) -> Advice {
    Advice { kind, concern: Some(concern.kind.label().to_owned()), because }
}

/// Pigment beside the eyes, where no needle goes.
fn is_dark_circles(concern: &Concern) -> bool {
    concern.site == "periorbital"
}

/// Whether the score is the least that its scale knows.
fn at_floor(book: Book<'_>, concern: &Concern) -> bool {
    let Some(rating) = &concern.severity else { return false };
    let scale = book.knowledge.scale(&rating.scale);
    concern.size.measured(concern.kind).is_none()
        && scale.is_some_and(|scale| {
            scale.measures == Measures::Severity && rating.score <= scale.least
        })
        && concern.kind != ConcernKind::HairLoss
}
