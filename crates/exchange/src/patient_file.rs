//! What the answers of a consultation say, as far as other programs can use it.
