//! The file of a backup: every row as it is in the database, still encrypted, with a checksum over all of it.
//!
//! ```text
//! needlepoint backup 1\n
//! header     length (4 bytes), JSON: schema, time, tables with their columns
//! rows       number of the table (1 byte), then each value: its type (1 byte) and the value
//! end        255, length (4 bytes), JSON: rows of each table
//! checksum   SHA-256 of everything before it
//! ```
//!
//! Numbers are little-endian; a text or bytes begin with their length (4 bytes).

use std::{
    fs::File,
    io::{self, BufReader, Read, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{RecordsError, schema};

const MAGIC: &[u8] = b"needlepoint backup 1\n";
const END: u8 = 255;
const CHECKSUM_BYTES: usize = 32;
/// A header or an end longer than this is damage.
const LONGEST_JSON: u32 = 1 << 20;

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Header {
    pub(crate) schema: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) tables: Vec<TableHeader>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TableHeader {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    pub(crate) types: Vec<schema::Type>,
}

impl Header {
    /// That of a backup of the present schema.
    pub(crate) fn new(created_at: Timestamp) -> Self {
        let tables = schema::TABLES.iter().map(|table| TableHeader {
            name: table.name.to_owned(),
            columns: table.columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
            types: table.columns.iter().map(|(_, kind)| *kind).collect(),
        });
        Self { schema: schema::LATEST, created_at, tables: tables.collect() }
    }
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// The beginning of the file.
pub(crate) fn beginning(header: &Header) -> io::Result<Vec<u8>> {
    let mut out = MAGIC.to_vec();
    add_json(&mut out, header)?;
    Ok(out)
}

/// A row of a table.
pub(crate) fn row(table: u8, values: &[Value]) -> io::Result<Vec<u8>> {
    let mut out = vec![table];
    for value in values {
        match value {
            Value::Null => out.push(0),
            Value::Number(number) => {
                out.push(1);
                out.extend_from_slice(&number.to_le_bytes());
            }
            Value::Text(text) => {
                out.push(2);
                add_bytes(&mut out, text.as_bytes())?;
            }
            Value::Bytes(bytes) => {
                out.push(3);
                add_bytes(&mut out, bytes)?;
            }
        }
    }
    Ok(out)
}

/// The end of the rows; the checksum follows.
pub(crate) fn ending(rows: &[u64]) -> io::Result<Vec<u8>> {
    let mut out = vec![END];
    add_json(&mut out, &rows)?;
    Ok(out)
}

fn add_json(out: &mut Vec<u8>, value: &impl Serialize) -> io::Result<()> {
    add_bytes(out, &serde_json::to_vec(value)?)
}

fn add_bytes(out: &mut Vec<u8>, bytes: &[u8]) -> io::Result<()> {
    let length =
        u32::try_from(bytes.len()).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(bytes);
    Ok(())
}

/// Writes a file and keeps account of its checksum.
pub(crate) struct ChecksumWriter<W: Write> {
    out: W,
    hash: Sha256,
}

impl<W: Write> ChecksumWriter<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, hash: Sha256::new() }
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.out.write_all(bytes)
    }

    /// Writes the checksum; the file below.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&self.hash.finalize())?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Reads a backup from its beginning to its end.
pub(crate) struct Reader {
    path: PathBuf,
    input: BufReader<File>,
    hash: Sha256,
    header: Header,
    counts: Vec<u64>,
    bytes: u64,
    checksum: Option<[u8; CHECKSUM_BYTES]>,
}

impl Reader {
    pub(crate) fn open(path: &Path) -> Result<Self, RecordsError> {
        let file = File::open(path).map_err(|source| RecordsError::of_file(path, source))?;
        let header = Header { schema: 0, created_at: Timestamp::UNIX_EPOCH, tables: Vec::new() };
        let mut reader = Self {
            path: path.to_path_buf(),
            input: BufReader::with_capacity(1 << 18, file),
            hash: Sha256::new(),
            header,
            counts: Vec::new(),
            bytes: 0,
            checksum: None,
        };
        let mut magic = vec![0; MAGIC.len()];
        reader.fill(&mut magic)?;
        if magic != MAGIC {
            return Err(reader.bad("it does not begin like one"));
        }
        reader.header = reader.json()?;
        if reader.header.schema > schema::LATEST {
            let found = reader.header.schema;
            return Err(RecordsError::SchemaTooNew { found, known: schema::LATEST });
        }
        reader.check_header()?;
        reader.counts = vec![0; reader.header.tables.len()];
        Ok(reader)
    }

    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    /// Rows of each table read so far.
    pub(crate) fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Bytes read so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The checksum, once the end was reached and everything fits.
    pub(crate) fn checksum(&self) -> Option<[u8; CHECKSUM_BYTES]> {
        self.checksum
    }

    /// The next row and the number of its table; none at the end, when counts and checksum fit and nothing follows.
    pub(crate) fn next_row(&mut self) -> Result<Option<(usize, Vec<Value>)>, RecordsError> {
        if self.checksum.is_some() {
            return Ok(None);
        }
        let table = self.byte()?;
        if table == END {
            self.check_end()?;
            return Ok(None);
        }
        let table = usize::from(table);
        let Some(columns) = self.header.tables.get(table).map(|table| table.columns.len()) else {
            return Err(self.bad("it holds a row of an unknown table"));
        };
        let values = (0..columns).map(|_| self.value()).collect::<Result<_, _>>()?;
        self.counts[table] += 1;
        Ok(Some((table, values)))
    }

    /// Names go into statements, so nothing but names of tables of ours and plain words is let through.
    fn check_header(&self) -> Result<(), RecordsError> {
        let word = |name: &String| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        let good = self.header.schema > 0
            && self.header.tables.iter().all(|table| {
                schema::TABLES.iter().any(|known| known.name == table.name)
                    && table.columns.len() == table.types.len()
                    && table.columns.iter().all(word)
            });
        if good { Ok(()) } else { Err(self.bad("its header is damaged")) }
    }

    fn check_end(&mut self) -> Result<(), RecordsError> {
        let counts: Vec<u64> = self.json()?;
        if counts != self.counts {
            return Err(self.bad("rows are missing"));
        }
        let expected = self.hash.clone().finalize();
        let mut checksum = [0; CHECKSUM_BYTES];
        self.fill(&mut checksum)?;
        if checksum[..] != expected[..] {
            return Err(self.bad("its checksum does not fit: it was damaged or changed"));
        }
        let more = self.input.read(&mut [0]);
        if more.map_err(|source| RecordsError::of_file(&self.path, source))? != 0 {
            return Err(self.bad("something follows its end"));
        }
        self.checksum = Some(checksum);
        Ok(())
    }

    fn value(&mut self) -> Result<Value, RecordsError> {
        match self.byte()? {
            0 => Ok(Value::Null),
            1 => {
                let mut number = [0; 8];
                self.fill(&mut number)?;
                Ok(Value::Number(i64::from_le_bytes(number)))
            }
            2 => {
                let text = self.sized(u32::MAX)?;
                let text = String::from_utf8(text).map_err(|_| self.bad("a text is damaged"))?;
                Ok(Value::Text(text))
            }
            3 => Ok(Value::Bytes(self.sized(u32::MAX)?)),
            _ => Err(self.bad("a value is of an unknown type")),
        }
    }

    fn json<T: for<'a> Deserialize<'a>>(&mut self) -> Result<T, RecordsError> {
        let bytes = self.sized(LONGEST_JSON)?;
        serde_json::from_slice(&bytes).map_err(|_| self.bad("its header or its end is damaged"))
    }

    /// Bytes behind their length. Memory is taken as they come, so a damaged length does no harm.
    fn sized(&mut self, most: u32) -> Result<Vec<u8>, RecordsError> {
        let mut length = [0; 4];
        self.fill(&mut length)?;
        let length = u32::from_le_bytes(length);
        if length > most {
            return Err(self.bad("a length is damaged"));
        }
        let mut bytes = Vec::new();
        let read = (&mut self.input).take(u64::from(length)).read_to_end(&mut bytes);
        read.map_err(|source| RecordsError::of_file(&self.path, source))?;
        if bytes.len() as u64 != u64::from(length) {
            return Err(self.cut_off());
        }
        self.account_for(&bytes);
        Ok(bytes)
    }

    fn byte(&mut self) -> Result<u8, RecordsError> {
        let mut byte = [0];
        self.fill(&mut byte)?;
        Ok(byte[0])
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RecordsError> {
        self.input.read_exact(bytes).map_err(|source| {
            if source.kind() == io::ErrorKind::UnexpectedEof {
                self.cut_off()
            } else {
                RecordsError::of_file(&self.path, source)
            }
        })?;
        self.account_for(bytes);
        Ok(())
    }

    fn account_for(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    fn cut_off(&self) -> RecordsError {
        self.bad("it was cut off")
    }

    fn bad(&self, why: &str) -> RecordsError {
        RecordsError::BadBackup { path: self.path.clone(), why: why.to_owned() }
    }
}
