//! Answers for patients who do not exist, made up by hand: no number or advice here comes from rules or models.

use jiff::civil::{Date, Time};
use needlepoint_care::{
    Care,
    aftercare::{Aftercare, ExpectedDay, Instruction, RedFlag, Stretch, Urgency},
    consent::Item,
    home::Answer,
    letter::{Letter, Section},
    plan::{
        Advice, AdviceKind, Alternative, AlternativeKind, Because, Expected, NumbingPlan, Plan,
        Review, ZonePlan,
    },
    screening::{Change, Overridden, Question, Reason, Screening, Verdict},
    session::{Field, SessionSheet, Step},
};
use needlepoint_case::read_case;
use needlepoint_course::result::Band;
use needlepoint_knowledge::{Knowledge, problem::PlacedProblem};
use needlepoint_report::{CareInput, CareOptions, CareProvenance, Paper, SessionTime};

const CASE: &str = r#"
title = "made up"
[patient]
age = "34 years"
sex = "female"
phototype = "V"
history = ["none"]
[[concern]]
kind = "acne-scars"
site = "cheek"
depth = "0.4 mm"
width = "2 mm"
scar_types = { boxcar = "40 %", rolling = "50 %", ice_pick = "10 %" }
[protocol]
device = "skinpen"
sessions = 4
interval = "6 weeks"
[[protocol.zone]]
site = "cheek"
needle_length = "1.5 mm"
passes = 4
"#;

/// A made-up patient and everything around.
pub(crate) struct CareFixture {
    pub(crate) care: Care,
    pub(crate) title: String,
    pub(crate) facts: Vec<(String, String)>,
    pub(crate) knowledge: Knowledge,
    pub(crate) warnings: Vec<PlacedProblem>,
    pub(crate) provenance: CareProvenance,
}

impl CareFixture {
    pub(crate) fn input(&self) -> CareInput<'_> {
        CareInput {
            care: &self.care,
            title: &self.title,
            facts: &self.facts,
            knowledge: &self.knowledge,
            warnings: &self.warnings,
            provenance: &self.provenance,
        }
    }
}

pub(crate) fn options() -> CareOptions {
    CareOptions { paper: Paper::A4, time: at_ten(Some("Europe/Berlin"), 0) }
}

pub(crate) fn at_ten(zone: Option<&str>, revision: u32) -> SessionTime {
    SessionTime::new(Time::constant(10, 0, 0, 0), zone, revision).expect("a zone that exists")
}

/// Somebody who is treated, with changes.
pub(crate) fn treated() -> CareFixture {
    let knowledge = Knowledge::embedded().expect("the shipped knowledge is sound");
    let (case, problems) = read_case("made-up.toml", CASE, &knowledge);
    let case = case.unwrap_or_else(|| panic!("{}", problems.to_lines()));
    CareFixture {
        care: Care {
            assessed: Date::constant(2027, 2, 15),
            screening: screening(),
            plan: Some(plan(case.protocol)),
            instead: vec![Advice {
                kind: AdviceKind::OtherProcedure,
                concern: Some("ice-pick scars".to_owned()),
                because: sourced(
                    "Narrow deep scars answer to a punch or to acid in the pore rather than to needles.",
                    "consensus",
                    &["alster-2020-scars"],
                ),
            }],
            alternatives: alternatives(),
            sessions: (1..=4).map(sheet).collect(),
            consent: consent(),
            letter: letter(),
            aftercare: Some(aftercare()),
            red_flags: red_flags(),
            home: vec![
                Answer {
                    question: "How long may the needles of a roller for home use be?".to_owned(),
                    answer: vec![
                        sourced(
                            "Up to 0.25\u{202f}mm: the needles then stay within the horny layer and the epidermis.",
                            "review",
                            &["alster-2020-scars"],
                        ),
                        Because {
                            disagreement: Some(
                                "Some sellers advise up to 0.5\u{202f}mm.".to_owned(),
                            ),
                            ..plain("Longer needles belong into trained hands.")
                        },
                    ],
                },
                Answer {
                    question: "When is it thrown away?".to_owned(),
                    answer: vec![plain(
                        "When a needle is bent, and after a dozen uses at the latest. It is never lent.",
                    )],
                },
            ],
        },
        title: "Example patient, scars of acne on both cheeks, phototype V".to_owned(),
        facts: [
            ("Patient", "34 years, female"),
            ("Phototype", "V"),
            ("Concern", "Acne scars, cheeks"),
            ("Medicines", "none stated"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec(),
        knowledge,
        warnings: Vec::new(),
        provenance: CareProvenance {
            version: "0.0.0".to_owned(),
            patient_file: "example-type-v.toml".to_owned(),
            patient_sha256: "5d41402abc4b2a76b9719d911017c592aa5d41402abc4b2a76b9719d911017c5"
                .to_owned(),
            knowledge_sha256: "7d793037a0760186574b0282f2f435e7c1b7d793037a0760186574b0282f2f43"
                .to_owned(),
            ensemble: "prior".to_owned(),
        },
    }
}

/// Somebody who has to wait.
pub(crate) fn waiting() -> CareFixture {
    let mut fixture = treated();
    let until = Date::constant(2027, 7, 30);
    let care = &mut fixture.care;
    care.screening.verdict = Verdict::Wait;
    care.screening.until = Some(until);
    care.screening.reasons[0] = Reason {
        rule: "isotretinoin-six-months".to_owned(),
        verdict: Verdict::Wait,
        followed: true,
        because: "isotretinoin, stopped on 30 January 2027".to_owned(),
        site: None,
        statement: "Wait six months after the last capsule of isotretinoin.".to_owned(),
        strength: "manufacturer".to_owned(),
        sources: vec!["alster-2020-scars".to_owned()],
        disagreement: Some(
            "Panels of 2017 found too little evidence to delay superficial procedures.".to_owned(),
        ),
        until: Some(until),
    };
    care.plan = None;
    care.alternatives.clear();
    care.sessions.clear();
    care.consent.clear();
    care.aftercare = None;
    care.instead = vec![Advice {
        kind: AdviceKind::Later,
        concern: None,
        because: plain("Six months after the last capsule, screen again."),
    }];
    care.letter = Letter {
        title: "Why we wait".to_owned(),
        sections: vec![Section {
            heading: "What we found".to_owned(),
            paragraphs: vec!["You told us that you took isotretinoin until 30 January. Skin may heal more slowly for some months after it.".to_owned()],
            points: vec!["Come again from 30 July.".to_owned(), "Keep taking what your doctor has prescribed.".to_owned()],
        }],
    };
    "Example patient, isotretinoin".clone_into(&mut fixture.title);
    fixture
}

fn plain(text: &str) -> Because {
    Because {
        text: text.to_owned(),
        rule: None,
        strength: None,
        sources: Vec::new(),
        disagreement: None,
    }
}

fn sourced(text: &str, strength: &str, sources: &[&str]) -> Because {
    Because {
        text: text.to_owned(),
        rule: Some("made-up-rule".to_owned()),
        strength: Some(strength.to_owned()),
        sources: sources.iter().map(|id| (*id).to_owned()).collect(),
        disagreement: None,
    }
}

fn screening() -> Screening {
    let reason = |rule: &str,
                  verdict,
                  followed,
                  because: &str,
                  statement: &str,
                  strength: &str,
                  source: &str,
                  disagreement: Option<&str>| Reason {
        rule: rule.to_owned(),
        verdict,
        followed,
        because: because.to_owned(),
        site: None,
        statement: statement.to_owned(),
        strength: strength.to_owned(),
        sources: vec![source.to_owned()],
        disagreement: disagreement.map(str::to_owned),
        until: None,
    };
    Screening {
        verdict: Verdict::GoWithChanges,
        until: None,
        reasons: vec![
            Reason {
                site: Some("cheek".to_owned()),
                ..reason(
                    "dark-skin-settings",
                    Verdict::GoWithChanges,
                    true,
                    "phototype V",
                    "Take shorter needles and fewer passes in dark skin, and keep strictly out of the sun.",
                    "review",
                    "alqam-2022",
                    Some(
                        "A trial found no lasting dark marks after needles of 1.5\u{202f}mm in phototypes IV and V.",
                    ),
                )
            },
            reason(
                "cold-sores-prophylaxis",
                Verdict::GoWithChanges,
                true,
                "cold sores, twice a year",
                "Speak to a prescriber about protection against cold sores before the face is needled.",
                "consensus",
                "alster-2020-scars",
                Some("The maker of one device asks for it only after two outbreaks in a year."),
            ),
            reason(
                "tan",
                Verdict::Go,
                false,
                "no fresh tan",
                "A fresh tan is no bar once it has faded.",
                "opinion",
                "chelwest-nhs",
                None,
            ),
        ],
        questions: vec![Question {
            about: "anticoagulant".to_owned(),
            ask: "Do you take anything that thins the blood, aspirin included?".to_owned(),
            rules: vec!["anticoagulants".to_owned()],
            could_be: Verdict::GoWithChanges,
        }],
        overridden: vec![Overridden {
            rule: "sessions-at-most-three".to_owned(),
            by: "Dr A. Example".to_owned(),
            reason: "Four sessions agreed on after two earlier courses without dark marks"
                .to_owned(),
            verdict: Verdict::GoWithChanges,
            refused: false,
        }],
        changes: vec![Change::Shallower {
            rule: "dark-skin-settings".to_owned(),
            most_mm: Some(1.5),
            sites: vec!["cheek".to_owned()],
        }],
    }
}

fn zones() -> Vec<ZonePlan> {
    let zone = |site: &str,
                label: &str,
                start,
                most,
                passes,
                endpoint: &str,
                area,
                minutes,
                caution: &[&str]| ZonePlan {
        site: site.to_owned(),
        label: label.to_owned(),
        concerns: vec!["acne scars".to_owned()],
        device: "skinpen".to_owned(),
        device_label: "SkinPen Precision".to_owned(),
        needle_mm: most,
        start_mm: start,
        passes,
        endpoint: endpoint.to_owned(),
        area_cm2: area,
        minutes,
        because: vec![
            sourced(
                "Up to 1.5\u{202f}mm on the cheeks by the label of the device.",
                "label of a device",
                &["chelwest-nhs"],
            ),
            Because {
                disagreement: Some("Trials of rollers went to 2.0\u{202f}mm.".to_owned()),
                ..sourced(
                    "Begin shorter in dark skin and go deeper only as long as the endpoint has not shown.",
                    "review",
                    &["alqam-2022"],
                )
            },
        ],
        caution: caution.iter().map(|text| plain(text)).collect(),
    };
    vec![
        zone(
            "cheek",
            "Cheeks",
            1.0,
            1.5,
            4,
            "Even redness and first points of blood",
            120.0,
            9.0,
            &["Lighten the hand over the cheekbone."],
        ),
        zone(
            "temple",
            "Temples",
            0.5,
            1.0,
            3,
            "Even redness, no bleeding",
            40.0,
            4.0,
            &["Bone lies close below.", "Stay outside the orbital rim."],
        ),
        zone("jaw", "Jaw line", 0.75, 1.0, 3, "Even redness", 50.0, 5.0, &[]),
    ]
}

fn band(lo95: f64, lo50: f64, median: f64, hi50: f64, hi95: f64) -> Band {
    Band { mean: median, median, lo95, lo50, hi50, hi95 }
}

fn plan(protocol: needlepoint_case::Protocol) -> Plan {
    Plan {
        dates: [(2, 22), (4, 5), (5, 17), (6, 28)]
            .map(|(month, day)| Date::constant(2027, month, day))
            .to_vec(),
        interval_weeks: 6.0,
        zones: zones(),
        numbing: Some(NumbingPlan {
            product: "lidocaine-prilocaine-cream".to_owned(),
            label: "Cream with lidocaine 2.5\u{202f}% and prilocaine 2.5\u{202f}%".to_owned(),
            grams: 20.0,
            area_cm2: 210.0,
            minutes: 60.0,
            covered: true,
            because: vec![
                sourced(
                    "The label allows far more on this weight and age; no more than is needed is put on.",
                    "label of a medicine",
                    &["chelwest-nhs"],
                ),
                plain("Wipe all of it off before the first stroke."),
            ],
        }),
        without_numbing: None,
        hygiene: vec![
            plain("Wash hands, fresh gloves."),
            sourced(
                "Clean the skin with chlorhexidine in alcohol and let it dry; keep it away from eyes and ears.",
                "guideline",
                &["chelwest-nhs"],
            ),
        ],
        before: vec![
            sourced(
                "No sun and no tanning for four weeks.",
                "manufacturer",
                &["alster-2020-scars"],
            ),
            plain("No retinoids for five days."),
        ],
        on_the_day: vec![plain(
            "A plain gel of hyaluronic acid, sterile, for the needles to glide.",
        )],
        after: vec![
            plain("Plain moisturiser from the same evening."),
            plain("Sunscreen 50 from the next morning, every day."),
        ],
        not_to_use: vec![sourced(
            "No vitamin C serum on open channels: grains around serums have been described.",
            "case report",
            &["alster-2020-scars"],
        )],
        technique: vec![plain("Hold the tip flat, stretch the skin, go over it in crossed lines.")],
        follow_up: vec![plain(
            "Judge the result three months after the last session by photographs in the same light.",
        )],
        reviews: vec![Review {
            date: Date::constant(2027, 9, 28),
            because: plain("Photographs in the same light, three months after the last session."),
        }],
        maintenance: vec![plain("One session a year may be offered if it helped.")],
        course_because: vec![Because {
            disagreement: Some(
                "Series of three to six sessions, two to eight weeks apart, have been published."
                    .to_owned(),
            ),
            ..sourced(
                "Four sessions, six weeks apart, to give dark skin time to settle.",
                "review",
                &["alqam-2022"],
            )
        }],
        expected: vec![Expected {
            concern: "acne scars".to_owned(),
            site: "Cheeks".to_owned(),
            what: "depth of scars, change".to_owned(),
            when: "3 months after the last session".to_owned(),
            unit: "%".to_owned(),
            change: band(-52.0, -34.0, -24.0, -15.0, -3.0),
            visible_share: Some(0.64),
            strength: "moderate".to_owned(),
            sources: vec!["alqam-2022".to_owned()],
        }],
        protocol,
    }
}

fn alternatives() -> Vec<Alternative> {
    let one = |label: &str, kind, sessions, improvement, downtime, risk, on_front, proposed| {
        Alternative {
            label: label.to_owned(),
            needle_mm: Vec::new(),
            passes: Vec::new(),
            sessions,
            interval_weeks: 6.0,
            improvement,
            downtime_days: downtime,
            risk,
            on_front,
            proposed,
            kind,
        }
    };
    vec![
        one(
            "1.5 mm, 4 passes, 4 sessions, 6 weeks apart",
            AlternativeKind::Needling,
            4,
            band(3.0, 15.0, 24.0, 34.0, 52.0),
            band(6.0, 9.0, 12.0, 16.0, 24.0),
            0.04,
            true,
            true,
        ),
        one(
            "1.0 mm, 4 passes, 4 sessions, 6 weeks apart",
            AlternativeKind::Needling,
            4,
            band(1.0, 9.0, 16.0, 23.0, 40.0),
            band(3.0, 5.0, 7.0, 10.0, 15.0),
            0.02,
            true,
            false,
        ),
        one(
            "1.5 mm, 6 passes, 3 sessions, 4 weeks apart",
            AlternativeKind::Needling,
            3,
            band(2.0, 12.0, 20.0, 30.0, 48.0),
            band(6.0, 10.0, 13.0, 18.0, 26.0),
            0.06,
            false,
            false,
        ),
        one(
            "1.5 mm, 6 passes, 6 sessions, 6 weeks apart",
            AlternativeKind::Needling,
            6,
            band(5.0, 19.0, 29.0, 41.0, 60.0),
            band(11.0, 16.0, 21.0, 28.0, 40.0),
            0.11,
            true,
            false,
        ),
        one(
            "Care at home only",
            AlternativeKind::HomeCare,
            0,
            band(0.0, 0.0, 2.0, 5.0, 9.0),
            band(0.0, 0.0, 0.0, 0.0, 0.0),
            0.001,
            true,
            false,
        ),
        one(
            "No treatment",
            AlternativeKind::NoTreatment,
            0,
            band(0.0, 0.0, 0.0, 0.0, 0.0),
            band(0.0, 0.0, 0.0, 0.0, 0.0),
            0.0,
            true,
            false,
        ),
    ]
}

fn sheet(number: u32) -> SessionSheet {
    let step = |text: &str, minutes| Step { what: plain(text), minutes };
    let field = |label: &str, hint: &str| Field { label: label.to_owned(), hint: hint.to_owned() };
    SessionSheet {
        number,
        of: 4,
        date: [(2, 22), (4, 5), (5, 17), (6, 28)]
            .map(|(month, day)| Date::constant(2027, month, day))[(number - 1) as usize],
        prepare: [
            "Pen, one new sterile cartridge",
            "Sterile gel for gliding",
            "Chlorhexidine in alcohol, sterile gauze, saline",
            "Gloves, mask, goggles for the patient",
            "Box for sharps",
            "Camera, same place and light as before",
        ]
        .map(plain)
        .to_vec(),
        check_first: [
            "New medicines, illness, pregnancy?",
            "Cold sore, spot, wound or rash on the skin today?",
            "Sunburn or fresh tan?",
            "Dark marks or anything odd since last time?",
            "Allergy to what goes on the skin today?",
        ]
        .map(plain)
        .to_vec(),
        steps: vec![
            step("Photographs: front, both sides, at 45 degrees.", 5.0),
            step("Clean, dry, put on the numbing cream and cover it.", 5.0),
            step("Wait under the dressing; watch for whitening, rash or dizziness.", 60.0),
            step("Take the cream off completely, clean with chlorhexidine, let it dry.", 5.0),
            step("Needle the cheeks, then temples, then jaw line, with gel.", 18.0),
            step("Rinse with saline, press gauze until it is dry.", 4.0),
            step("Moisturiser; go through the aftercare; hand over the letter.", 8.0),
        ],
        zones: zones(),
        minutes: 105.0,
        record: vec![
            field("Device, serial number", "on its base"),
            field("Device lot", "lot number"),
            field("Cartridge lot and expiry", "lot, month/year"),
            field("Numbing cream lot", "lot number"),
            field("Cream on, cream off", "hh:mm, hh:mm"),
            field("Gel lot", "lot number"),
            field("Bleeding", "none, points, more"),
            field("Pain, 0 to 10", "number"),
            field("Photographs taken", "yes / no"),
            field("Anything new since the last time", "in words"),
            field("Adverse events, anything that went wrong", "in words"),
        ],
    }
}

fn aftercare() -> Aftercare {
    let stretch = |from_hours, until_hours, label: &str, act: &[&str], avoid: &[&str]| Stretch {
        from_hours,
        until_hours,
        label: label.to_owned(),
        act: act.iter().map(|text| sourced(text, "hospital leaflet", &["chelwest-nhs"])).collect(),
        avoid: avoid.iter().map(|text| plain(text)).collect(),
    };
    let day = |day, text: &str, shares| ExpectedDay {
        day,
        text: text.to_owned(),
        shares,
        because: vec![sourced("", "trial", &["alqam-2022"])],
    };
    let stretches = vec![
        stretch(
            0.0,
            2.0,
            "The first two hours",
            &["Leave the skin in peace; cool with clean, wrapped packs if it burns."],
            &["Do not touch it with bare hands."],
        ),
        stretch(
            2.0,
            12.0,
            "The first evening",
            &["Rinse with lukewarm water and pat dry.", "Thin layer of plain moisturiser."],
            &["No make-up, no perfume.", "No sport, sauna or swimming."],
        ),
        stretch(
            12.0,
            24.0,
            "The first night",
            &["Clean pillow case, head raised."],
            &["No alcohol."],
        ),
        stretch(
            24.0,
            48.0,
            "Day 1",
            &["Sunscreen 50 before you go out.", "Moisturiser as often as it feels tight."],
            &["No retinoid, acid or vitamin C."],
        ),
        stretch(48.0, 72.0, "Day 2", &["As on day 1."], &["No picking at flakes."]),
        stretch(
            72.0,
            168.0,
            "Days 3 to 6",
            &["Make-up is fine again if the skin is closed."],
            &["No peel, no wax, no laser."],
        ),
        stretch(
            168.0,
            336.0,
            "Week 2",
            &["Back to your usual care, step by step.", "Sunscreen stays."],
            &["No tanning."],
        ),
    ];
    let instructions = [true, false].into_iter().flat_map(|is_to_do| {
        stretches.iter().flat_map(move |stretch: &Stretch| {
            let list = if is_to_do { &stretch.act } else { &stretch.avoid };
            list.iter().map(move |what| Instruction {
                is_to_do,
                from_hours: stretch.from_hours,
                until_hours: stretch.until_hours,
                when: format!("hour {} to {}", stretch.from_hours, stretch.until_hours),
                what: what.clone(),
                plain: what.text.clone(),
            })
        })
    });
    Aftercare {
        instructions: instructions.collect(),
        stretches: stretches.clone(),
        course: vec![
            day(
                0,
                "Red and warm, as after a day in the sun; some points of blood.",
                [1.0, 0.7, 0.0],
            ),
            day(1, "Still red, feels tight, a little swollen.", [0.9, 0.5, 0.1]),
            day(2, "Pinker than usual, dry, rough like fine sandpaper.", [0.6, 0.2, 0.4]),
            day(3, "Fine flakes; redness fades.", [0.3, 0.05, 0.6]),
            day(5, "Most people look as before.", [0.1, 0.0, 0.25]),
            day(7, "Skin is closed and calm.", [0.03, 0.0, 0.05]),
        ],
    }
}

fn red_flags() -> Vec<RedFlag> {
    let flag = |sign: &str, act: &str, urgency| RedFlag {
        sign: sign.to_owned(),
        act: act.to_owned(),
        urgency,
        because: sourced("", "hospital leaflet", &["chelwest-nhs"]),
    };
    vec![
        flag(
            "Trouble breathing, swollen tongue or lips, faintness",
            "Call the emergency number at once.",
            Urgency::Emergency,
        ),
        flag(
            "Blisters in groups, a tingling like a cold sore",
            "See a doctor on the same day: there is treatment that works early.",
            Urgency::SameDay,
        ),
        flag(
            "Growing redness, heat, pus, fever",
            "See a doctor on the same day.",
            Urgency::SameDay,
        ),
        flag(
            "Dark or light patches after two weeks",
            "Show them to the person who treated you.",
            Urgency::Soon,
        ),
    ]
}

fn consent() -> Vec<Item> {
    let item = |heading: &str, text: Because, personal| Item {
        heading: heading.to_owned(),
        text,
        personal,
    };
    vec![
        item(
            "What is done",
            plain(
                "Fine needles make channels of up to 1.5\u{202f}mm; the skin mends them and builds collagen.",
            ),
            false,
        ),
        item(
            "What may not work",
            plain("A quarter to a half of people see no change they would call visible."),
            false,
        ),
        item(
            "Dark marks",
            sourced(
                "In skin of phototype V about 4 in 100 keep a dark mark for months.",
                "review",
                &["alqam-2022"],
            ),
            true,
        ),
        item(
            "Cold sores",
            plain("Needling may wake them; protection is a prescriber\u{2019}s decision."),
            true,
        ),
    ]
}

fn letter() -> Letter {
    let section = |heading: &str, paragraphs: &[&str], points: &[&str]| Section {
        heading: heading.to_owned(),
        paragraphs: paragraphs.iter().map(|text| (*text).to_owned()).collect(),
        points: points.iter().map(|text| (*text).to_owned()).collect(),
    };
    Letter {
        title: "Your microneedling: what happens and what you can do".to_owned(),
        sections: vec![
            section(
                "What we plan",
                &[
                    "We will treat the scars on your cheeks four times, six weeks apart. A pen with very fine needles makes tiny holes in the skin. Your skin repairs them, and the scars can become flatter.",
                ],
                &[],
            ),
            section(
                "What you can hope for",
                &[
                    "Most scars become about a quarter flatter three months after the last visit. People differ: six in ten see a clear change, and about four in ten do not.",
                ],
                &[],
            ),
            section(
                "Before each visit",
                &[],
                &[
                    "Stay out of the sun for four weeks.",
                    "Tell us about new medicines, cold sores or illness. Keep taking what your doctor has prescribed.",
                    "Come without make-up.",
                ],
            ),
        ],
    }
}
