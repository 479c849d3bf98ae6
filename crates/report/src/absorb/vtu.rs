//! The typical person's cell as an unstructured grid for `ParaView` (VTK XML, in ASCII).
//!
//! Quads in the plane of radius (x) and depth (-y), in micrometres. For each told hour the fields
//! `level_1h` (relative to the product) and `concentration_1h` (ug/mL); `layer` counts from 0, the
//! horny layer. `ParaView` turns it into a cylinder with *Rotational Extrusion*.

use std::fmt::Write as _;

use maud::html;
use needlepoint_absorption::uptake::TOLD_HOURS;
use needlepoint_course::{absorb::Typical, result::DrawnLayer};

/// VTK's number for a quad.
const QUAD: usize = 9;

pub(super) fn cell(typical: &Typical, layers: &[DrawnLayer]) -> String {
    let grid = &typical.solution.grid;
    let (radii, depths) = (&grid.radii_um, &grid.depths_um);
    let (columns, rows) = (radii.len() - 1, depths.len() - 1);
    let points = depths.iter().flat_map(|depth| {
        radii.iter().map(move |radius| format!("{radius:e} {:e} 0", 0.0 - depth))
    });
    let corner = |row: usize, column: usize| row * (columns + 1) + column;
    let cells = || (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    let quads = cells().map(|(row, column)| {
        let (top, below) = (corner(row, column), corner(row + 1, column));
        format!("{below} {} {} {top}", below + 1, top + 1)
    });
    let layer = cells().map(|(row, _)| {
        let middle = 0.5 * (depths[row] + depths[row + 1]);
        layers.iter().rposition(|layer| layer.top_um <= middle).unwrap_or(0).to_string()
    });
    let mut fields = Vec::new();
    for (snapshot, hours) in typical.solution.snapshots.iter().skip(typical.first).zip(TOLD_HOURS) {
        let numbers = |field: &[f64], times: f64| {
            lines(field.iter().map(|value| format!("{:e}", value * times)))
        };
        fields.push((format!("level_{hours}h"), numbers(&snapshot.level, 1.0)));
        fields.push((
            format!("concentration_{hours}h"),
            numbers(&snapshot.concentration, typical.strength_ug_per_ml),
        ));
    }
    let count = rows * columns;
    let body = html! {
        VTKFile type="UnstructuredGrid" version="0.1" byte_order="LittleEndian" {
            UnstructuredGrid {
                Piece NumberOfPoints=((rows + 1) * (columns + 1)) NumberOfCells=(count) {
                    CellData Scalars="concentration_1h" {
                        DataArray type="Int32" Name="layer" format="ascii" { (lines(layer)) }
                        @for (name, values) in &fields {
                            DataArray type="Float64" Name=(name) format="ascii" { (values) }
                        }
                    }
                    Points {
                        DataArray type="Float64" Name="Points" NumberOfComponents="3" format="ascii" { (lines(points)) }
                    }
                    Cells {
                        DataArray type="Int64" Name="connectivity" format="ascii" { (lines(quads)) }
                        DataArray type="Int64" Name="offsets" format="ascii" { (lines((1..=count).map(|at| (4 * at).to_string()))) }
                        DataArray type="UInt8" Name="types" format="ascii" { (lines((0..count).map(|_| QUAD.to_string()))) }
                    }
                }
            }
        }
    };
    format!("<?xml version=\"1.0\"?>\n{}\n", body.into_string())
}

/// One value a line.
fn lines(values: impl Iterator<Item = String>) -> String {
    values.fold("\n".to_owned(), |mut text, value| {
        let _ = writeln!(text, "{value}");
        text
    })
}
