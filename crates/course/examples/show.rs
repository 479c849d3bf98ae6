use needlepoint_course::*;
use needlepoint_knowledge::Knowledge;
use std::sync::atomic::AtomicBool;
fn main() {
    let k = Knowledge::embedded().unwrap();
    let f = std::env::args().nth(1).unwrap();
    let t = std::fs::read_to_string(&f).unwrap();
    let r = needlepoint_case::read_case(&f, &t, &k);
    let case = r.0.expect("case");
    let c = AtomicBool::new(false);
    let t0 = std::time::Instant::now();
    let n = numbing::numbing(&case, &k, Progress { member_done: &|| {}, cancelled: &c })
        .unwrap()
        .unwrap();
    println!("{:?}", t0.elapsed());
    println!(
        "{} {} g {} cm2 covered {} weight {:?}",
        n.product, n.grams, n.area_cm2, n.covered, n.weight_kg.median
    );
    for z in &n.zones {
        let d = &z.depth_at_end_um;
        println!(
            "{} depth {:.2} [{:.2} {:.2}] ready {:.0} [{:.0} {:.0}] 50% [{:.0} {:.0}] share {:.2} never {:.2} relief {:.2} needled x{:.1}",
            z.site,
            d.median / 1e3,
            d.lo95 / 1e3,
            d.hi95 / 1e3,
            z.ready_min.median,
            z.ready_min.lo95,
            z.ready_min.hi95,
            z.ready_min.lo50,
            z.ready_min.hi50,
            z.ready_share,
            z.never_share,
            z.relief_share.mean,
            z.needled_over_intact
        );
    }
    for p in &n.plasma {
        println!(
            "{} peak {:.3} [{:.3} {:.3}] at {:.1} h",
            p.active,
            p.peak_ug_per_ml.median,
            p.peak_ug_per_ml.lo95,
            p.peak_ug_per_ml.hi95,
            p.peak_min.median / 60.
        );
        for m in &p.margins {
            println!(
                "   {} {} margin {:.0} [{:.0} {:.0}]",
                m.sign, m.level_ug_per_ml, m.margin.median, m.margin.lo95, m.margin.hi95
            )
        }
    }
    println!(
        "margin {:?} uncounted {:?}",
        n.margin.map(|m| (m.median, m.lo95, m.hi95)),
        n.uncounted
    );
    for w in &n.warnings {
        println!("! {}", w.note)
    }
    for l in &n.limits {
        println!(
            "{} {:?} {:?} {:?} {}",
            l.limit.who,
            l.limit.most_g,
            l.limit.most_cm2,
            l.limit.most_min,
            l.exceeded()
        )
    }
}
