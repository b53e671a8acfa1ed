import Foundation
import Workflow

extension PipelineResult {
    /// A log with one run: a rule for each case, and a result for each that is not passed (OASIS SARIF 2.1.0, §3.13 to 3.27).
    var sarif: JSON {
        .object([
            ("$schema", .string("https://json.schemastore.org/sarif-2.1.0.json")),
            ("version", .string("2.1.0")),
            ("runs", .array([run])),
        ])
    }

    private var run: JSON {
        let driver: JSON = .object([
            ("name", .string("Crossfade")),
            ("rules", .array(rules.map { rule($0.id, $0.name) })),
        ])
        return .object([
            ("tool", .object([("driver", driver)])),
            ("automationDetails", .object([("id", .string("crossfade/\(plan)/\(subject)/"))])),
            (
                "invocations",
                .array([
                    .object([
                        ("executionSuccessful", .boolean(true)),
                        ("endTimeUtc", .string(finishedAt.formatted(.iso8601))),
                    ])
                ])
            ),
            ("results", .array(open.map(result))),
        ])
    }

    /// Each id once: two checks may be of one name.
    private var rules: [Case] {
        cases.reduce(into: []) { rules, next in if !rules.contains(where: { $0.id == next.id }) { rules.append(next) } }
    }

    private func rule(_ id: String, _ name: String) -> JSON {
        .object([("id", .string(id)), ("shortDescription", .object([("text", .string(name))]))])
    }

    private func result(_ open: Case) -> JSON {
        let place: JSON = .object([
            ("artifactLocation", .object([("uri", .string(path.asRelativeURI))])),
            ("region", .object([("startLine", .integer(1))])),
        ])
        return .object([
            ("ruleId", .string(open.id)),
            ("ruleIndex", .integer(rules.firstIndex { $0.id == open.id } ?? -1)),
            ("level", .string(open.outcome == .failed ? "error" : "warning")),
            ("message", .object([("text", .string("\(plan), \(open.name): \(open.text)"))])),
            ("locations", .array([.object([("physicalLocation", place)])])),
            ("partialFingerprints", .object([("crossfade/v1", .string("\(plan)/\(open.id)"))])),
        ])
    }
}

extension String {
    /// A path as a relative reference of RFC 3986.
    fileprivate var asRelativeURI: String {
        var path = Substring(self)
        while path.hasPrefix("./") { path = path.dropFirst(2) }
        var allowed = CharacterSet.urlPathAllowed
        allowed.remove(charactersIn: ":")
        return path.addingPercentEncoding(withAllowedCharacters: allowed) ?? String(path)
    }
}
