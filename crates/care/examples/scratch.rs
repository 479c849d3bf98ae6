fn main() {
    let knowledge = needlepoint_knowledge::Knowledge::embedded().unwrap();
    let path = std::env::args().nth(1).unwrap();
    let (consultation, problems) =
        needlepoint_case::read_consultation_file(path.as_ref(), &knowledge);
    eprintln!("{}", problems.to_lines());
    let start = std::time::Instant::now();
    let care =
        needlepoint_care::care(&consultation.unwrap(), &knowledge, jiff::civil::date(2026, 6, 1))
            .unwrap();
    eprintln!("{:?}", start.elapsed());
    println!("{}", serde_json::to_string_pretty(&care).unwrap());
}
