#![allow(missing_docs)]
use needlepoint_healing::network::{depth::*, *};
use needlepoint_knowledge::Knowledge;
fn cpu() -> f64 { let s = std::fs::read_to_string("/proc/thread-self/stat").unwrap(); let f: Vec<&str> = s.rsplit(')').next().unwrap().split_whitespace().collect(); f[11].parse::<f64>().unwrap()/100.0 }
fn section(n: f64, h_um: f64, a_um: f64) -> Section {
    let th = [260.0, 520.0, 520.0];
    let depth_um: Vec<f64> = RESOLUTION.depths_um(&th);
    let v = n * 1e-8 * std::f64::consts::PI * a_um*a_um;
    let injured = depth_um.iter().map(|d| v * d.min((h_um-70.0).max(0.0))).collect();
    let clot = depth_um.iter().map(|d| 0.3*v * d.min((h_um-70.0).max(0.0))).collect();
    Section { thickness_um: th, holes_per_cm2: n, signalling_range_um: 100.0, injured: Profile{depth_um: depth_um.clone(), above_um: injured}, clot: Profile{depth_um, above_um: clot} }
}
#[test]
fn speed() {
    let k = Knowledge::embedded().unwrap(); let rates: NetworkRates = k.parameters.medians().set();
    let ground = Ground { collagen_at_rest: 0.85, synthesis: 0.8, stimulus: 1.0 };
    let times: Vec<f64> = vec![0.0,0.04,0.08,0.16,0.25,0.33,0.5,0.75,1.0,1.25,1.5,2.0,2.5,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0,14.0,17.0,21.0,24.0,28.0];
    let mut last = times.clone(); last.extend((1..31).map(|w| 28.0+7.0*w as f64));
    for (n,h) in [(200.0,1500.0),(50.0,1000.0),(2000.0,1500.0)] {
    let s: Vec<Section> = (0..8).map(|i| section(n*(1.0+0.1*i as f64), h, 35.0)).collect();
    let m: Vec<Member> = s.iter().map(|s| Member { rates: &rates, ground, section: s }).collect();
    let t = cpu(); let mut sum = 0.0;
    for _ in 0..40 { let mut g = Group::at_rest(&m).unwrap(); for i in 0..5 { g.wound(); g.heal(if i==4 {&last} else {&times}, |_,_,d| sum += d[0].mature_collagen).unwrap(); } }
    println!("n {n} h {h}: {:.3} ms/member-year cpu ({sum:.3})", (cpu()-t)*1e3/320.0);
    }
}
