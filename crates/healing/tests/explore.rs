use needlepoint_healing::network::{cell::*, depth::*, *};
use needlepoint_knowledge::Knowledge;
use std::time::Instant;
fn section(n: f64, h_um: f64, a_um: f64) -> Section {
    let th = [260.0, 520.0, 520.0];
    let top = 70.0;
    let mut depth_um: Vec<f64> = vec![0.0]; 
    for i in 1..=130 { depth_um.push(10.0*i as f64); } let _ = th;
    let v = n * 1e-8 * std::f64::consts::PI * a_um*a_um;
    let injured = depth_um.iter().map(|d| v * d.min((h_um-top).max(0.0))).collect();
    let bleeds = 1.0/(1.0+(-(h_um-450.0)/100.0f64).exp());
    let clot = depth_um.iter().map(|d| 0.3*bleeds*v * d.min((h_um-top).max(0.0))).collect();
    Section { thickness_um: th, holes_per_cm2: n, signalling_range_um: 100.0, injured: Profile{depth_um: depth_um.clone(), above_um: injured}, clot: Profile{depth_um, above_um: clot} }
}
const TIMES: [f64; 9] = [0.25, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0, 28.0];
fn run_depth(members: &[Member], sessions: usize) -> Vec<Vec<Dermis>> {
    let mut g = Group::at_rest(members).unwrap();
    let mut out = vec![vec![]; members.len()];
    for s in 0..sessions { g.wound();
        let mut times = TIMES.to_vec(); if s + 1 == sessions { times.extend([60.0, 90.0, 180.0, 245.0]); }
        g.heal(&times, |_, p, d| out[p].push(*d)).unwrap(); }
    out
}
fn run_cell(m: &Member, sessions: usize, r: Resolution) -> Vec<Dermis> {
    let mut g = Cell::at_rest(m, r);
    let mut out = vec![];
    for s in 0..sessions { g.wound();
        let mut times = TIMES.to_vec(); if s + 1 == sessions { times.extend([60.0, 90.0, 180.0, 245.0]); }
        g.heal(&times, |_, d| out.push(*d)).unwrap(); }
    out
}
#[test]
fn explore() {
    let k = Knowledge::embedded().unwrap(); let rates: NetworkRates = k.parameters.medians().set();
    let ground = Ground { collagen_at_rest: 0.85, synthesis: 0.8, stimulus: 1.0 };
    for (n, h) in [(50.0,250.0),(50.0,1000.0),(200.0,500.0),(200.0,1500.0),(200.0,2500.0),(600.0,250.0),(600.0,1000.0),(2000.0,250.0),(2000.0,1500.0)] {
        let s = section(n, h, 35.0);
        let m = Member { rates: &rates, ground, section: &s };
        let t = Instant::now(); let d = &run_depth(&[m; 8], 3)[0]; let td = t.elapsed();
        let t = Instant::now(); let c = run_cell(&m, 3, FINE); let tc = t.elapsed();
        let e = |read: &dyn Fn(&Dermis)->f64| { let mx = c.iter().map(|x| read(x).abs()).fold(0.0,f64::max); d.iter().zip(&c).map(|(a,b)| (read(a)-read(b))/mx).fold(0.0f64, |a,b| if b.abs()>a.abs() {b} else {a})*100.0 };
        println!("n {n} h {h}: depth {:.3} ms/member cell {:.0} ms | gain {:.3} | I_pap {:+.1} I_up {:+.1} grow_up {:+.1} X_pap {:+.1} X_up {:+.1} X_low {:+.1} s_pap {:+.1} Xall {:+.1}", td.as_secs_f64()*1e3/8.0, tc.as_secs_f64()*1e3,
          c.last().unwrap()[0].collagen(), e(&|x| x[0].inflammation()), e(&|x| x[1].inflammation()), e(&|x| x[1].growth_signal()), e(&|x| x[0].collagen()), e(&|x| x[1].collagen()), e(&|x| x[2].collagen()), e(&|x| x[0].synthesis-1.0), e(&|x| x[0].collagen()*0.2+x[1].collagen()*0.4+x[2].collagen()*0.4));
    }
}
