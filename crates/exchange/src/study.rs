//! Tables for research, without identities.

use needlepoint_records::document::Snapshot;

/// Tables for research.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyTables {
    /// What whoever passes the tables on has to know, in sentences.
    pub warnings: Vec<String>,
}

/// A table that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("The table \"{table}\" can't be written: {problem}.")]
pub struct TableError {
    /// Its name.
    pub table: String,
    /// Why.
    pub problem: String,
}

/// Tables for research.
pub fn study_tables(_snapshot: &Snapshot, _salt: &[u8]) -> StudyTables {
    StudyTables { warnings: Vec::new() }
}

impl StudyTables {
    /// Name and bytes of each table as CSV.
    pub fn csv(&self) -> Vec<(String, Vec<u8>)> {
        Vec::new()
    }

    /// Name and bytes of each table as Apache Parquet.
    ///
    /// # Errors
    ///
    /// If a table can't be written.
    pub fn parquet(&self) -> Result<Vec<(String, Vec<u8>)>, TableError> {
        Ok(Vec::new())
    }
}
