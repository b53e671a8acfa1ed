import Foundation
import Workflow

/// Rows a second over time, as an SVG that needs nothing from elsewhere.
struct ThroughputPlot {
    let throughput: RunReport.Throughput

    private static let size = (width: 720.0, height: 220.0)
    private static let margin = (left: 64.0, right: 12.0, top: 12.0, bottom: 34.0)

    private var rates: [Double] { throughput.rows.map { Double($0) / max(throughput.binSeconds, 0.001) } }
    private var end: Date {
        throughput.beganAt.addingTimeInterval(throughput.binSeconds * Double(throughput.rows.count))
    }

    /// The highest line of the scale: 1, 2 or 5 times a power of ten.
    private var top: Double {
        let highest = max(rates.max() ?? 1, 1)
        let power = pow(10, floor(log10(highest)))
        return ([1, 2, 5, 10].first { $0 * power >= highest } ?? 10) * power
    }

    /// In one sentence, for those who do not see it.
    var description: String {
        let rows = throughput.rows.reduce(0, +)
        let seconds = throughput.binSeconds * Double(throughput.rows.count)
        return
            "\(rows.grouped) rows from \(throughput.beganAt.stamp) to \(end.stamp), "
            + "\(Int64(Double(rows) / max(seconds, 0.001)).grouped) a second on average, at most \(Int64(rates.max() ?? 0).grouped)"
    }

    /// The whole element; colours are those of the page, by the classes `plot-…`.
    var svg: String {
        let (width, height) = Self.size
        let (left, right, above, below) = Self.margin
        let inner = (width: width - left - right, height: height - above - below)
        let step = inner.width / Double(max(rates.count, 1))
        var path = "M\(left.fixed(1)) \((above + inner.height).fixed(1))"
        for (place, rate) in rates.enumerated() {
            let y = above + inner.height * (1 - rate / top)
            path += " L\((left + step * Double(place)).fixed(1)) \(y.fixed(1))"
            path += " L\((left + step * Double(place + 1)).fixed(1)) \(y.fixed(1))"
        }
        path += " L\((left + inner.width).fixed(1)) \((above + inner.height).fixed(1)) Z"
        let lines = [0, 0.5, 1].map { share in
            let y = (above + inner.height * (1 - share)).fixed(1)
            return """
                <line class="plot-line" x1="\(left.fixed(1))" y1="\(y)" x2="\((left + inner.width).fixed(1))" y2="\(y)"/>
                <text class="plot-text" x="\((left - 8).fixed(1))" y="\(y)" dy="0.32em" text-anchor="end">\(Self.short(top * share))</text>
                """
        }
        return """
            <svg class="plot" viewBox="0 0 \(Int(width)) \(Int(height))" role="img" aria-labelledby="plot-title plot-desc">
            <title id="plot-title">Rows copied a second</title>
            <desc id="plot-desc">\(description.escaped)</desc>
            \(lines.joined(separator: "\n"))
            <path class="plot-area" d="\(path)"/>
            <text class="plot-text" x="\(left.fixed(1))" y="\((height - 12).fixed(1))">\(throughput.beganAt.stamp.escaped)</text>
            <text class="plot-text" x="\((left + inner.width).fixed(1))" y="\((height - 12).fixed(1))" text-anchor="end">\(end.stamp.escaped)</text>
            </svg>
            """
    }

    /// `1.5k`, `2M`: room for a scale is short.
    private static func short(_ value: Double) -> String {
        for (unit, size) in [("G", 1e9), ("M", 1e6), ("k", 1e3)] where value >= size {
            let number = value / size
            return (number == number.rounded() ? number.fixed(0) : number.fixed(1)) + unit
        }
        return value == value.rounded() ? value.fixed(0) : value.fixed(1)
    }
}

extension String {
    /// As text or within quotes of HTML and XML, without the control characters that XML has no form for.
    var escaped: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case _
            where scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
