import Foundation

/// Charts below each other as one SVG that needs nothing else, and follows the reader's light or dark setting.
struct SVGChart: Sendable {
    let title: String
    let subtitle: String
    let panels: [Panel]

    private static let width = 960.0
    private static let left = 76.0
    private static let right = 24.0
    private static let plotHeight = 190.0
    /// A panel with its title above and its axis below.
    private static let panelHeight = 284.0
    private static let legendLine = 22.0

    private var plotWidth: Double { Self.width - Self.left - Self.right }

    // MARK: - The whole

    var text: String {
        let header = 78 + Double(legendRows.count) * Self.legendLine
        let height = header + Double(panels.count) * Self.panelHeight + 8
        var parts = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(n(Self.width)) \(n(height))" \
            width="\(n(Self.width))" height="\(n(height))" role="img" aria-label="\(escaped(title))">
            """,
            style,
            #"<rect class="paper" width="100%" height="100%" rx="8"/>"#,
            label(title, x: 24, y: 36, class: "title"),
            label(subtitle, x: 24, y: 58, class: "quiet"),
            legend(top: 78),
        ]
        for (place, panel) in panels.enumerated() {
            parts.append(drawing(of: panel, top: header + Double(place) * Self.panelHeight))
        }
        return (parts + ["</svg>", ""]).joined(separator: "\n")
    }

    private var style: String {
        func colours(_ colour: (Tint) -> String) -> String {
            Tint.allCases.map { ".\($0.rawValue) { stroke: \(colour($0)); }" }.joined(separator: " ")
        }
        let dashes = Tint.allCases.map { ".\($0.rawValue) { stroke-dasharray: \($0.dashes); }" }.joined(separator: " ")
        return """
            <style>
              text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2937; }
              .title { font-size: 20px; font-weight: 600; }
              .name { font-size: 14px; font-weight: 600; }
              .quiet { fill: #6b7280; }
              .paper { fill: #ffffff; stroke: #e5e7eb; }
              .grid { stroke: #e5e7eb; stroke-width: 1; }
              .axis { stroke: #9ca3af; stroke-width: 1; }
              .mark { stroke-width: 1; opacity: 0.7; }
              .plain { stroke: #6b7280; stroke-dasharray: 3 3; }
              .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
              \(dashes)
              \(colours(\.light))
              @media (prefers-color-scheme: dark) {
                text { fill: #e5e7eb; }
                .quiet { fill: #9ca3af; }
                .paper { fill: #0d1117; stroke: #30363d; }
                .grid { stroke: #21262d; }
                .axis { stroke: #6b7280; }
                \(colours(\.dark))
              }
            </style>
            """
    }

    // MARK: - Legend

    /// Each contender once, cut into lines that fit.
    private var legendRows: [[Panel.Series]] {
        var names: Set<String> = []
        let all = panels.flatMap(\.series).filter { names.insert($0.name).inserted }
        var rows: [[Panel.Series]] = []
        var room = 0.0
        for series in all {
            let width = Self.legendWidth(series)
            if width > room {
                rows.append([])
                room = Self.width - 48
            }
            rows[rows.count - 1].append(series)
            room -= width
        }
        return rows
    }

    /// By an average width of letters: a reader's own font is not known.
    private static func legendWidth(_ series: Panel.Series) -> Double { 60 + 6.6 * Double(series.name.count) }

    private func legend(top: Double) -> String {
        legendRows.enumerated().map { row, entries in
            var x = 24.0
            let y = top + Double(row) * Self.legendLine
            return entries.map { series in
                defer { x += Self.legendWidth(series) }
                return """
                    <line class="line \(series.tint.rawValue)" x1="\(n(x))" y1="\(n(y))" x2="\(n(x + 28))" y2="\(n(y))"/>
                    \(label(series.name, x: x + 36, y: y + 4))
                    """
            }.joined(separator: "\n")
        }.joined(separator: "\n")
    }

    // MARK: - A panel

    private func drawing(of panel: Panel, top: Double) -> String {
        let frame = Frame(panel, left: Self.left, top: top + 40, width: plotWidth, height: Self.plotHeight)
        let middle = Self.left + plotWidth / 2
        return
            ([
                label(panel.title, x: 24, y: top + 22, class: "name"),
                label(panel.unit, x: Self.width - Self.right, y: top + 22, class: "quiet", anchor: "end"),
            ] + grid(frame, panel) + panel.marks.map { mark($0, frame) } + panel.series.map { line($0, frame) } + [
                label(panel.time, x: middle, y: frame.bottom + 36, class: "quiet", anchor: "middle")
            ]).joined(separator: "\n")
    }

    private func grid(_ frame: Frame, _ panel: Panel) -> [String] {
        let horizontal = frame.vertical.values.map { value in
            let y = frame.y(value)
            return rule(frame.left, y, frame.right, y, class: "grid") + "\n"
                + label(panel.axis.label(value), x: frame.left - 8, y: y + 4, class: "quiet", anchor: "end")
        }
        let vertical = frame.horizontal.values.filter { $0 >= frame.first && $0 <= frame.last }.map { value in
            let x = frame.x(value)
            return rule(x, frame.bottom, x, frame.bottom + 5, class: "axis") + "\n"
                + label(Axis.linear(unit: 1).label(value), x: x, y: frame.bottom + 19, class: "quiet", anchor: "middle")
        }
        return horizontal + vertical + [rule(frame.left, frame.bottom, frame.right, frame.bottom, class: "axis")]
    }

    private func mark(_ mark: Panel.Mark, _ frame: Frame) -> String {
        let x = frame.x(mark.x)
        return rule(x, frame.top, x, frame.bottom, class: "mark \(mark.tint?.rawValue ?? "plain")") + "\n"
            + label(mark.text, x: x + 4, y: frame.top - 3, class: "quiet")
    }

    private func line(_ series: Panel.Series, _ frame: Frame) -> String {
        let places = series.points.map { "\(n(frame.x($0.x))),\(n(frame.y($0.y)))" }.joined(separator: " ")
        return #"<polyline class="line \#(series.tint.rawValue)" points="\#(places)"/>"#
    }

    // MARK: - Marks of SVG

    private func rule(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: String) -> String {
        #"<line class="\#(name)" x1="\#(n(x1))" y1="\#(n(y1))" x2="\#(n(x2))" y2="\#(n(y2))"/>"#
    }

    private func label(_ text: String, x: Double, y: Double, class name: String = "", anchor: String = "start")
        -> String
    {
        #"<text class="\#(name)" x="\#(n(x))" y="\#(n(y))" text-anchor="\#(anchor)">\#(escaped(text))</text>"#
    }

    /// To the tenth of a pixel.
    private func n(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : Words.decimal(value, 1)
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}

/// The rectangle of a chart, with the way from a figure to a place in it.
private struct Frame {
    let left: Double
    let top: Double
    let right: Double
    let bottom: Double
    let vertical: Axis.Ticks
    let horizontal: Axis.Ticks
    /// The ends of the horizontal axis.
    let first: Double
    let last: Double
    private let axis: Axis

    init(_ panel: Panel, left: Double, top: Double, width: Double, height: Double) {
        self.left = left
        self.top = top
        right = left + width
        bottom = top + height
        axis = panel.axis
        let points = panel.series.flatMap(\.points)
        vertical = panel.axis.ticks(for: points.map(\.y))
        first = min(points.map(\.x).min() ?? 0, 0)
        last = max(points.map(\.x).max() ?? 1, first + 0.1)
        horizontal = Axis.linear(from: first, upTo: last)
    }

    func x(_ seconds: Double) -> Double { left + (right - left) * (seconds - first) / (last - first) }

    func y(_ value: Double) -> Double { bottom - (bottom - top) * min(max(axis.share(value, of: vertical), 0), 1) }
}
