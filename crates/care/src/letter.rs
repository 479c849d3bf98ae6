//! What the patient reads: plain words, for a reader of twelve.

use jiff::civil::Date;
use needlepoint_case::Consultation;
use needlepoint_course::outlook::ShownOn;
use needlepoint_skin::Phototype;
use serde::Serialize;

use crate::{
    aftercare::{Aftercare, RedFlag, Urgency, day_in_words},
    alternatives::weeks_in_words,
    book::Book,
    plan::{Advice, AdviceKind, Plan},
    screening::{Screening, Verdict},
};

/// A letter to the patient.
#[derive(Debug, Clone, Serialize)]
pub struct Letter {
    /// Title.
    pub title: String,
    /// Sections in order.
    pub sections: Vec<Section>,
}

/// A section of the letter.
#[derive(Debug, Clone, Serialize)]
pub struct Section {
    /// Heading.
    pub heading: String,
    /// Paragraphs.
    pub paragraphs: Vec<String>,
    /// Points of a list after them.
    pub points: Vec<String>,
}

/// What the letter tells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told<'a> {
    pub(crate) book: Book<'a>,
    pub(crate) screening: &'a Screening,
    pub(crate) plan: Option<&'a Plan>,
    pub(crate) instead: &'a [Advice],
    pub(crate) days: &'a [ShownOn],
    pub(crate) aftercare: Option<&'a Aftercare>,
    pub(crate) red_flags: &'a [RedFlag],
}

/// Share of people who see a change in blinded trials, at most.
const SEEN_IN_TRIALS: f64 = 0.75;

/// Days of the letter's list of what will be seen.
const DAYS_TOLD: [u32; 6] = [0, 1, 2, 3, 5, 7];

/// Write the letter.
pub(crate) fn letter(told: &Told<'_>) -> Letter {
    let mut sections = vec![answer(told)];
    sections.extend(asked(told));
    sections.push(what_it_is());
    if let Some(plan) = told.plan {
        sections.push(steps(plan));
        sections.push(hopes(told, plan));
        sections.push(before(plan));
        sections.push(will_be_seen(told));
        sections.push(care_of_the_skin(told));
        sections.push(calls(told.red_flags));
    }
    sections.push(risks(told));
    sections.push(other_ways(told));
    sections.push(choosing());
    sections.push(Section {
        heading: "About this letter".to_owned(),
        paragraphs: vec![
            "A computer program wrote this letter from your answers. It is not a doctor, and it is not a medical \
             device. It can be wrong. The person who treats you reads it, and puts right what is wrong."
                .to_owned(),
            "Do not stop a medicine because of what you read here. Ask the person who gave it to you.".to_owned(),
        ],
        points: Vec::new(),
    });
    Letter { title: title(told.book.consultation, told.plan), sections }
}

fn title(consultation: &Consultation, plan: Option<&Plan>) -> String {
    let concerns: Vec<String> = match plan {
        Some(plan) => {
            plan.zones.iter().flat_map(|zone| &zone.concerns).map(|c| c.to_lowercase()).collect()
        }
        None => consultation.concerns.iter().map(|c| c.kind.label().to_lowercase()).collect(),
    };
    let mut once: Vec<String> = Vec::new();
    for concern in concerns {
        if !once.contains(&concern) {
            once.push(concern);
        }
    }
    format!("Your skin and needling: {}", once.join(", "))
}

fn section(heading: &str, paragraphs: &[&str], points: Vec<String>) -> Section {
    let paragraphs = paragraphs.iter().map(|text| (*text).to_owned()).collect();
    Section { heading: heading.to_owned(), paragraphs, points }
}

/// The answer first.
fn answer(told: &Told<'_>) -> Section {
    let date = |until: Option<Date>| until.map(|date| date.to_string());
    let mut paragraphs = Vec::new();
    match told.screening.verdict {
        Verdict::Go if told.plan.is_some() => {
            paragraphs.push("Yes, you can have needling. We found no reason against it.".to_owned());
        }
        Verdict::GoWithChanges if told.plan.is_some() => paragraphs.push(
            "Yes, you can have needling. We will do some things in another way than usual, to keep you safe."
                .to_owned(),
        ),
        Verdict::Go | Verdict::GoWithChanges => paragraphs.push(if told.screening.is_settled() {
            "We do not plan needling for you now. Below you find what we think is better.".to_owned()
        } else {
            "We can not say yes yet. We have to ask you some things first.".to_owned()
        }),
        Verdict::Wait => paragraphs.push(match date(told.screening.until) {
            Some(date) => format!("Not yet. Please wait until {date}. Your skin has to be ready first."),
            None => "Not yet. Something has to heal first. Then we look again.".to_owned(),
        }),
        Verdict::Refer => paragraphs.push(
            "Not yet. Please see a doctor first. The doctor says if needling is safe for you.".to_owned(),
        ),
        Verdict::DoNotTreat => {
            paragraphs.push("No. Needling is not safe for you. Please do not have it done elsewhere.".to_owned());
        }
    }
    let followed = told
        .screening
        .reasons
        .iter()
        .filter(|reason| reason.followed && reason.verdict > Verdict::Go);
    let points: Vec<String> =
        followed.map(|reason| format!("You told us: {}.", reason.because)).collect();
    if !points.is_empty() {
        paragraphs.push("This is why:".to_owned());
    }
    Section { heading: "Our answer".to_owned(), paragraphs, points: once(points) }
}

fn once(points: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for point in points {
        if !kept.contains(&point) {
            kept.push(point);
        }
    }
    kept
}

/// What must still be asked.
fn asked(told: &Told<'_>) -> Option<Section> {
    let questions = &told.screening.questions;
    (!questions.is_empty()).then(|| {
        let points = once(questions.iter().map(|question| question.ask.clone()).collect());
        section("What we still have to ask you", &["Please answer these before we start:"], points)
    })
}

fn what_it_is() -> Section {
    section(
        "What needling is",
        &[
            "Thin needles make many tiny holes in your skin. The skin heals them. While it heals, it makes new \
             collagen. Collagen is what keeps skin firm.",
            "The holes close in a day or so. The new collagen takes months to grow. So do not judge too soon.",
        ],
        Vec::new(),
    )
}

fn steps(plan: &Plan) -> Section {
    let mut points = Vec::new();
    for (number, date) in (1..).zip(&plan.dates) {
        points.push(format!("Session {number}: {}", date.strftime("%-d %B %Y")));
    }
    let sessions = plan.dates.len();
    let mut paragraphs = vec![if sessions == 1 {
        "We plan one session.".to_owned()
    } else {
        format!(
            "We plan {sessions} sessions. They are {} apart.",
            weeks_in_words(plan.interval_weeks)
        )
    }];
    let sites: Vec<String> = plan.zones.iter().map(|zone| zone.label.to_lowercase()).collect();
    paragraphs.push(format!("We treat: {}.", sites.join(", ")));
    paragraphs.push(
        "First we take photos. Then we clean your skin. The needling of your skin takes some minutes. Tell us when \
         it hurts too much. We can stop at any time."
            .to_owned(),
    );
    paragraphs.push(match &plan.numbing {
        Some(numbing) => format!(
            "Before that, a cream makes your skin numb. It stays on for {:.0} minutes. Never put on more cream than \
             we say, and never put it on at home. Too much can harm your heart.",
            numbing.minutes
        ),
        None => "We use no cream to numb your skin. You will feel the needles. Most people can bear it.".to_owned(),
    });
    paragraphs.push(
        "When the last session is done, we look at your skin again after some months.".to_owned(),
    );
    Section { heading: "What we plan".to_owned(), paragraphs, points }
}

/// Honest about spread.
fn hopes(told: &Told<'_>, plan: &Plan) -> Section {
    let mut paragraphs = vec![
        "No one can say how much your skin will change. In good studies, one to two out of four people see no change \
         at all. A scar can get better, but it does not go away."
            .to_owned(),
    ];
    for expected in &plan.expected {
        let Some(share) = expected.visible_share else { continue };
        // Darkening is told with the risks.
        if expected.what.contains("Darkening") {
            continue;
        }
        paragraphs.push(format!(
            "{}: our computer model says that about {} out of 10 people like you will see a change {}. The proof for \
             this is {}.",
            expected.concern,
            out_of_ten(share),
            expected.when,
            expected.strength
        ));
        if share > SEEN_IN_TRIALS {
            paragraphs.push("That is more than good studies found. So count on less.".to_owned());
        }
    }
    paragraphs.push(
        "It takes time. Look for a change one to three months after the last session. It can still grow until month \
         six. Photos taken in the same light show it best."
            .to_owned(),
    );
    let beside = told.instead.iter().filter(|advice| advice.kind != AdviceKind::Later);
    let points = beside.map(plain_advice).collect();
    Section { heading: "What you can hope for".to_owned(), paragraphs, points: once(points) }
}

fn out_of_ten(share: f64) -> String {
    match (10.0 * share).round() as u32 {
        0 => "0".to_owned(),
        tens => tens.min(10).to_string(),
    }
}

/// Advice in plain words.
fn plain_advice(advice: &Advice) -> String {
    let about = advice.concern.as_deref().map(|concern| format!("{concern}: ")).unwrap_or_default();
    let text = match advice.kind {
        AdviceKind::NoTreatment => "it is fine to leave this alone.",
        AdviceKind::HomeCare => "sun cream each day and a mild skin care at home come first.",
        AdviceKind::OtherProcedure => {
            "another way to treat it may help you more. Ask a skin doctor."
        }
        AdviceKind::Referral => "please talk to a doctor about this too.",
        AdviceKind::Later => "not now, but maybe later.",
    };
    format!("{about}{text}")
}

fn before(plan: &Plan) -> Section {
    let mut points = vec![
        "Stay out of the sun. A tan or a sunburn stops the session.".to_owned(),
        "Come with a clean face, with no make-up.".to_owned(),
        "Leave out skin creams with acids or vitamin A that you bought yourself.".to_owned(),
        "Drink no alcohol the day before.".to_owned(),
        "Call us if you are ill, have a cold sore, or might be pregnant.".to_owned(),
        "Tell us about each new medicine. Take your medicines as your doctor told you.".to_owned(),
    ];
    if plan.numbing.is_some() {
        points.push(
            "Tell us if a numbing cream or a shot at the dentist ever made you ill.".to_owned(),
        );
    }
    section("Before you come", &[], points)
}

fn will_be_seen(told: &Told<'_>) -> Section {
    let days = told.days.iter().filter(|shown| DAYS_TOLD.contains(&shown.day));
    let points = days
        .map(|shown| {
            let day = match shown.day {
                0 => "The same day".to_owned(),
                day => format!("Day {day}"),
            };
            format!("{day}: {}", plain_day(shown))
        })
        .collect();
    section(
        "What you will see, day by day",
        &[
            "At first your skin looks and feels as if the sun has burnt it. Then it can feel dry and tight. Flakes \
             can come from day two or three on. Do not pick them.",
            "This is what our computer model says for people like you:",
        ],
        points,
    )
}

fn plain_day(shown: &ShownOn) -> String {
    day_in_words(shown)
}

fn care_of_the_skin(told: &Told<'_>) -> Section {
    let protects = told.aftercare.map_or(72.0, |aftercare| {
        let open = aftercare.stretches.iter().filter(|stretch| stretch.from_hours < 72.0);
        open.map(|stretch| stretch.until_hours).fold(72.0, f64::max)
    });
    let days = (protects / 24.0).ceil();
    section(
        "How to care for your skin",
        &["You get a sheet that says what to do hour by hour. These are the main points:"],
        vec![
            "The first day: put on the gel that we give you, and nothing else.".to_owned(),
            "Wash your hands before you touch your skin. Use clean towels.".to_owned(),
            "Use cool or warm water, not hot.".to_owned(),
            "Stay out of the sun. From day two on use sun cream of SPF 30 or more, for two weeks at least.".to_owned(),
            "No make-up for two days.".to_owned(),
            format!("No sport, no sauna and no swimming for {days:.0} days."),
            "No acids, no vitamin A and no vitamin C on your skin for two weeks.".to_owned(),
            "For pain you can take paracetamol, as the pack says.".to_owned(),
        ],
    )
}

fn calls(red_flags: &[RedFlag]) -> Section {
    let of = |urgency: Urgency| red_flags.iter().filter(move |flag| flag.urgency == urgency);
    let mut points = Vec::new();
    for (urgency, who) in [
        (Urgency::Emergency, "Call an ambulance now"),
        (Urgency::SameDay, "See a doctor the same day"),
        (Urgency::Soon, "Call us soon"),
    ] {
        points.extend(of(urgency).map(|flag| format!("{who}: {}", flag.sign)));
    }
    section(
        "When to call",
        &["Some redness is normal. These signs are not. Do not wait for the next session."],
        points,
    )
}

fn risks(told: &Told<'_>) -> Section {
    let mut points = vec![
        "Often: red, dry, tight or swollen skin. Small spots of blood. Bruises.".to_owned(),
        "Now and then: dark marks that stay for months. A cold sore. A rash.".to_owned(),
        "Rare: an infection, a scar, or hard lumps from what was put on open skin.".to_owned(),
    ];
    let darkening = told.plan.into_iter().flat_map(|plan| &plan.expected).find_map(|expected| {
        expected.visible_share.filter(|_| expected.what.contains("Darkening"))
    });
    if let Some(share) = darkening {
        points.push(format!(
            "Our computer model says that about {} out of 100 people like you will get dark marks that can be seen.",
            (100.0 * share).round()
        ));
    }
    if told.book.consultation.patient.phototype >= Phototype::IV {
        points.push(
            "In brown and black skin dark marks come more often. So stay out of the sun."
                .to_owned(),
        );
    }
    section("What can go wrong", &[], points)
}

/// Doing nothing, care at home, lasers and peels.
fn other_ways(told: &Told<'_>) -> Section {
    let mut points = vec![
        "Do nothing. You can always say no, and you can change your mind.".to_owned(),
        "Care at home: sun cream each day does more for skin than most things.".to_owned(),
        "A laser: it can do as much or more. The skin is red for longer. In a study dark marks came to about one in \
         seven people after a laser, and to none after needling."
            .to_owned(),
        "A peel: an acid takes off the top of the skin. In one study needling and a peel did more when both were used."
            .to_owned(),
        "Do not use a device with heat and needles at home. It can burn and scar you.".to_owned(),
    ];
    if told.plan.is_none() {
        let named = told.instead.iter().filter(|advice| advice.concern.is_some());
        points.extend(named.map(plain_advice));
    }
    section("Other ways", &[], once(points))
}

/// What to ask the person who treats.
fn choosing() -> Section {
    section(
        "How to choose who treats you",
        &[
            "Ask these things before you say yes. A good answer is clear and calm. No one should rush you.",
        ],
        [
            "What did you learn, and how often do you do this?",
            "Which device do you use, and is it cleared for this?",
            "Do you open new needles for me, while I watch?",
            "What do you put on my skin while it is open?",
            "Have you treated skin like mine? May I see photos?",
            "What do I do if something goes wrong at night?",
            "What does all of it cost?",
        ]
        .map(str::to_owned)
        .to_vec(),
    )
}
