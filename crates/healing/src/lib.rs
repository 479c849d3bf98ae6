//! From the wound to the matrix.
//!
//! - [`channel`]: the four clocks by which a needle channel closes, and the water lost meanwhile
//! - [`network`]: clot, debris, inflammation, cells and two pools of collagen in the dermis around a channel
//! - [`surface`]: what vessels, epidermis, pigment and follicles make of it
//!
//! Nothing here knows a device, a protocol or a file: wounds come in as volumes above each depth, and
//! every number comes in as a parameter with its source in `knowledge/parameters.toml`.

pub mod channel;
pub mod network;
pub mod surface;
