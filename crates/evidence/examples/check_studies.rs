//! Reads a folder of studies and prints what is wrong, and the role each has by the rule.

fn main() {
    let folder = std::env::args().nth(1).expect("folder");
    let knowledge = needlepoint_knowledge::Knowledge::embedded().expect("knowledge");
    match needlepoint_evidence::library::from_folder(std::path::Path::new(&folder), &knowledge) {
        Ok(filed) => {
            for f in &filed {
                let rule = needlepoint_evidence::roles::role_by_rule(&f.study.id, &knowledge);
                if rule != f.study.role {
                    println!("{}: role should be {}", f.study.id, rule.name());
                }
            }
            println!(
                "{} studies, {} measurements",
                filed.len(),
                filed.iter().map(|f| f.study.measurements.len()).sum::<usize>()
            );
        }
        Err(error) => println!("{error}"),
    }
}
