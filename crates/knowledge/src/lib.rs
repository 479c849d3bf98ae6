//! What is known about the world, as data.
//!
//! The files of the folder `knowledge/` and the case files of a user are read by one reader, so
//! that a mistake in either is reported in the same way: file, line, column, what was expected and
//! the nearest valid name.
//!
//! - [`document`]: a TOML file as a tree in which every value knows where it stands
//! - [`problem`]: what is wrong, where, and how to put it right
//! - [`reader`]: walks a document, converts values, collects *all* problems
//! - [`quantity`]: numbers with units ("1.5 mm", "4 weeks")
//! - [`nearest`]: the nearest valid name to a mistyped one
//! - [`parameter`]: model parameters with value, spread, source and how they are known
//! - [`ensemble`]: draws of parameters that were fitted together
//! - [`estimate`]: one value of a record with spread and source
//! - [`site`], [`device`], [`product`]: where, with what, and what is put on
//! - [`active`]: the molecules that products carry
//! - [`numbing`]: how much of a numbing cream a label allows, what was found in plasma, what harms
//! - [`concern`], [`scale`], [`outcome`]: what is wrong, how it is rated, how well that is known
//! - [`claim`]: what is said in public, and what the evidence says to it
//! - [`condition`], [`medicine`]: what a patient may have or take that some rule asks about
//! - [`rule`]: clinical rules, with strength, sources and what speaks against them
//! - [`source`]: where numbers were read
//! - [`store`]: all of it together, checked

pub mod active;
pub mod claim;
pub mod concern;
pub mod condition;
pub mod device;
pub mod document;
pub mod ensemble;
pub mod estimate;
pub mod medicine;
pub mod nearest;
pub mod numbing;
pub mod outcome;
pub mod parameter;
pub mod problem;
pub mod product;
pub mod quantity;
pub mod reader;
pub mod rule;
pub mod scale;
pub mod site;
pub mod source;
pub mod store;
pub mod unit;

pub use store::{Knowledge, KnowledgeError};
