import Foundation
import Workflow

/// Rows per second over time, drawn as the steps of its bins.
struct ThroughputPlot: Sendable {
    let throughput: Throughput
    /// Unlike that of any other plot of the page.
    let id: String

    private static let width = 720.0
    private static let height = 260.0
    private static let left = 56.0
    private static let right = 704.0
    private static let top = 32.0
    private static let bottom = 208.0

    var html: HTML {
        """
        <figure>
        <div class="scroll" role="region" aria-label="Throughput" tabindex="0">
        <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" aria-labelledby="\(id)-title \(id)-desc">
        <title id="\(id)-title">\(throughput.title)</title>
        <desc id="\(id)-desc">\(throughput.summary)</desc>
        \(rateAxis)
        \(timeAxis)
        <path class="area" d="\(area)" />
        </svg>
        </div>
        <figcaption>\(throughput.title). \(throughput.summary)</figcaption>
        </figure>
        """
    }

    // MARK: - Axes

    private var rates: AxisScale { AxisScale(upTo: throughput.peak, unit: .rows(upTo: throughput.peak)) }

    private var times: AxisScale { AxisScale(upTo: throughput.seconds, unit: .time(upTo: throughput.seconds)) }

    private var rateAxis: [HTML] {
        let lines: [HTML] = rates.ticks.map { tick in
            let y = place(rate: tick.value)
            return """
                <line class="grid" x1="\(Self.left.plain)" x2="\(Self.right.plain)" y1="\(y.plain)" y2="\(y.plain)" />\
                <text x="\((Self.left - 8).plain)" y="\((y + 4).plain)" text-anchor="end">\(tick.label)</text>
                """
        }
        return lines + ["<text x=\"8\" y=\"16\">\(rates.unit.name) per second</text>"]
    }

    private var timeAxis: [HTML] {
        let labels: [HTML] = times.ticks.filter { $0.value <= throughput.seconds }.map { tick in
            let x = place(time: tick.value).plain
            return """
                <line class="grid" x1="\(x)" x2="\(x)" y1="\(Self.bottom.plain)" y2="\((Self.bottom + 5).plain)" />\
                <text x="\(x)" y="\((Self.bottom + 20).plain)" text-anchor="middle">\(tick.label)</text>
                """
        }
        let end = "\(times.unit.name) since \(throughput.startedAt.spoken)"
        return labels + [
            "<text x=\"\(Self.right.plain)\" y=\"\((Self.height - 8).plain)\" text-anchor=\"end\">\(end)</text>"
        ]
    }

    // MARK: - The drawing

    private var area: String {
        var path = "M\(Self.left.plain) \(Self.bottom.plain)"
        for (bin, rate) in throughput.rates.enumerated() {
            let end = min(throughput.seconds, Double(bin + 1) * throughput.binSeconds)
            path += "V\(place(rate: rate).plain)H\(place(time: end).plain)"
        }
        return path + "V\(Self.bottom.plain)Z"
    }

    private func place(rate: Double) -> Double {
        Self.bottom - (Self.bottom - Self.top) * rate / rates.end
    }

    private func place(time: Double) -> Double {
        Self.left + (Self.right - Self.left) * time / throughput.seconds
    }
}

extension Throughput {
    var title: String { "Rows per second: \(step)" }

    /// What the plot shows, in words.
    var summary: String {
        let rows = Int64(rows.reduce(0, +).rounded())
        return "\(rows.counted("row")) in \(Duration.seconds(seconds).spoken) from \(startedAt.spoken) on: "
            + "\(Int64(mean.rounded()).grouped) a second on average, \(Int64(peak.rounded()).grouped) at most, "
            + "measured over \(Duration.seconds(binSeconds).spoken) each."
    }
}

extension Double {
    /// With as many digits after the point as are needed, and at most two.
    var plain: String {
        let text = fixed(2)
        let digits = text.reversed().drop { $0 == "0" }
        return String((digits.first == "." ? digits.dropFirst() : digits).reversed())
    }
}
