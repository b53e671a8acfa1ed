import Diagnostics

/// A stretch of a rendered file from one opening directive to the next.
struct DirectiveBlock {
    let title: String
    /// The directives that follow the title, by name.
    let directives: [String: String]
    let body: String
    /// 1-based lines of the opening directive and of the body.
    let line: Int
    let bodyLine: Int

    private static let known: [String: Set<String>] = ["step": ["done", "transaction"], "check": []]

    /// Cuts a file at `--@ <opening>: title`; what is not understood is a diagnostic.
    static func cut(_ source: SourceText, by opening: String, into diagnostics: inout Diagnostics) -> [DirectiveBlock] {
        var builders: [Builder] = []
        for (index, line) in source.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let number = index + 1
            guard line.hasPrefix("--@") else {
                if builders.isEmpty {
                    diagnoseProse(line, source, number, &diagnostics)
                } else {
                    builders[builders.count - 1].add(line, number)
                }
                continue
            }
            if line.hasPrefix("--@  "), !builders.isEmpty, builders[builders.count - 1].goOn(line.dropFirst(3)) { continue }
            let parts = line.dropFirst(3).split(separator: ":", maxSplits: 1).map { String($0).trimmed }
            switch parts.first {
            case opening where parts.count == 2 && !parts[1].isEmpty: builders.append(Builder(title: parts[1], line: number))
            case .some(let name) where parts.count == 2 && known[opening]?.contains(name) == true && !builders.isEmpty:
                builders[builders.count - 1].set(name, parts[1])
            default:
                let names = [opening] + (known[opening] ?? []).sorted()
                diagnostics.add(
                    contentsOf: StepFile.mistake(
                        "template.unknown-directive",
                        "directives here are \(names.map { "--@ \($0):" }.joined(separator: ", "))",
                        source,
                        number
                    ).all
                )
            }
        }
        return builders.map(\.block)
    }

    private static func diagnoseProse(_ line: Substring, _ source: SourceText, _ number: Int, _ diagnostics: inout Diagnostics) {
        let text = String(line).trimmed
        guard !text.isEmpty, !text.hasPrefix("--") else { return }
        diagnostics.add(
            contentsOf: StepFile.mistake("template.before-first", "only comments may stand before the first directive", source, number).all
        )
    }

    /// A block while its lines are being gathered.
    private struct Builder {
        let title: String
        let line: Int
        var directives: [String: String] = [:]
        var open: String?
        var lines: [Substring] = []
        var bodyLine: Int?

        init(title: String, line: Int) {
            self.title = title
            self.line = line
        }

        mutating func set(_ name: String, _ value: String) {
            directives[name] = value
            open = name
        }

        /// Takes a further line of the directive before it; false when there is none.
        mutating func goOn(_ text: Substring) -> Bool {
            guard let open else { return false }
            directives[open, default: ""] += "\n" + text
            return true
        }

        mutating func add(_ text: Substring, _ number: Int) {
            open = nil
            if bodyLine == nil { bodyLine = number }
            lines.append(text)
        }

        var block: DirectiveBlock {
            DirectiveBlock(
                title: title,
                directives: directives,
                body: lines.joined(separator: "\n"),
                line: line,
                bodyLine: bodyLine ?? line
            )
        }
    }
}

extension String {
    /// Without white space at either end.
    var trimmed: String {
        let tail = drop(while: \.isWhitespace)
        return String(tail.reversed().drop(while: \.isWhitespace).reversed())
    }
}
