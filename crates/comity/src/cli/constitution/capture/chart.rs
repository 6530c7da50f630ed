//! The curves of capture as an SVG, both axes logarithmic.
#![expect(clippy::float_arithmetic, reason = "coordinates of a drawing")]

use std::fmt::Write as _;

use comity_constitution::capture::Odds;

use super::Curve;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 560.0;
/// The plot inside of its labels: left, top, right, bottom.
const PLOT: (f64, f64, f64, f64) = (90.0, 50.0, 600.0, 490.0);
/// Shares that are drawn.
const SHARES: (f64, f64) = (0.05, 0.6);
/// Powers of ten that are drawn: `1e-24` to 1.
const DECADES: i32 = 24;
const POINTS: u32 = 32;
const COLOURS: [&str; 3] = ["#b3261e", "#1b66a8", "#2e7d32"];

/// The whole document.
pub(super) fn draw(curves: &[Curve], p: f64) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"14\" fill=\"#222\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n\
         <text x=\"{}\" y=\"28\" font-size=\"18\">Probability that a minority wins all three chambers</text>\n",
        PLOT.0
    );
    axes(&mut svg);
    for (index, (curve, colour)) in curves.iter().zip(COLOURS).enumerate() {
        let regions = curve.regions;
        line(&mut svg, colour, "", |p| Odds::spread(&curve.set, p).joint);
        let owned = |p| Odds::concentrated(&curve.set, p, regions).joint;
        line(&mut svg, colour, " stroke-dasharray=\"7 5\"", owned);
        let row = f64::from(u32::try_from(index).unwrap_or(u32::MAX)) * 56.0;
        let named = format!("{} in {} of {} regions", curve.phase, regions.held, regions.all);
        legend(&mut svg, PLOT.1 + 20.0 + row, colour, "", &format!("{} everywhere", curve.phase));
        legend(&mut svg, PLOT.1 + 44.0 + row, colour, " stroke-dasharray=\"7 5\"", &named);
    }
    if SHARES.0 <= p && p <= SHARES.1 {
        let x = across(p);
        // Writing to a string cannot fail.
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" y1=\"{}\" x2=\"{x:.1}\" y2=\"{}\" stroke=\"#888\"/>\n\
             <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">p = {p}</text>",
            PLOT.1,
            PLOT.3,
            PLOT.1 - 6.0,
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn axes(svg: &mut String) {
    let (left, top, right, bottom) = PLOT;
    for decade in (0..=DECADES).step_by(3) {
        let y = down(10_f64.powi(-decade));
        let label = if decade == 0 { "1".to_owned() } else { format!("1e-{decade}") };
        let _ = writeln!(
            svg,
            "<line x1=\"{left}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\" stroke=\"#ddd\"/>\n\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
            left - 8.0,
            y + 5.0,
        );
    }
    for share in [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6] {
        let x = across(share);
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" y1=\"{top}\" x2=\"{x:.1}\" y2=\"{bottom}\" stroke=\"#ddd\"/>\n\
             <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{share}</text>",
            bottom + 20.0,
        );
    }
    let middle = f64::midpoint(left, right);
    let _ = writeln!(
        svg,
        "<rect x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#222\"/>\n\
         <text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">share of the pool (logarithmic)</text>\n\
         <text transform=\"translate(24 {}) rotate(-90)\" text-anchor=\"middle\">probability (logarithmic)</text>",
        right - left,
        bottom - top,
        bottom + 48.0,
        f64::midpoint(top, bottom),
    );
}

/// The part of a curve that is inside of the plot.
fn line(svg: &mut String, colour: &str, style: &str, odds: impl Fn(f64) -> f64) {
    let mut points = String::new();
    for i in 0..=POINTS {
        let share = SHARES.0 * (SHARES.1 / SHARES.0).powf(f64::from(i) / f64::from(POINTS));
        let odds = odds(share);
        if 10_f64.powi(-DECADES) <= odds {
            let _ = write!(points, "{:.1},{:.1} ", across(share), down(odds));
        }
    }
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\"{style}/>",
        points.trim_end(),
    );
}

fn legend(svg: &mut String, y: f64, colour: &str, style: &str, name: &str) {
    let x = PLOT.2 + 20.0;
    let _ = writeln!(
        svg,
        "<line x1=\"{x}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\" stroke=\"{colour}\" stroke-width=\"2.5\"{style}/>\n\
         <text x=\"{}\" y=\"{}\">{name}</text>",
        x + 36.0,
        x + 44.0,
        y + 5.0,
    );
}

fn across(share: f64) -> f64 {
    let part = (share / SHARES.0).ln() / (SHARES.1 / SHARES.0).ln();
    PLOT.0 + part * (PLOT.2 - PLOT.0)
}

fn down(odds: f64) -> f64 {
    PLOT.1 + odds.log10() / -f64::from(DECADES) * (PLOT.3 - PLOT.1)
}
