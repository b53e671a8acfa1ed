import Foundation

extension PipelineResult {
    /// One suite with a test for each case: what waits is skipped, with the reason (the schema of Jenkins' xunit plugin, which
    /// GitLab, CircleCI and the GitHub actions follow).
    ///
    /// The plan's file is the suite's: the schema has none at a test, and Jenkins refuses what it does not have.
    var junit: String {
        let failed = cases.filter { $0.outcome == .failed }.count
        let waiting = cases.filter { $0.outcome == .waiting }.count
        let counts = #"tests="\#(cases.count)" failures="\#(failed)" errors="0""#
        let seconds = (duration ?? 0).formatted(.number.precision(.fractionLength(3)).grouping(.never).locale(.posix))
        // Without a fraction and a zone, as the schema has it.
        let time = finishedAt.formatted(.iso8601).replacing("Z", with: "")
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<testsuites name="crossfade" \#(counts) time="\#(seconds)">"#,
            #"  <testsuite name="\#("\(subject), \(plan)".xml)" file="\#(path.xml)" \#(counts) skipped="\#(waiting)" time="\#(seconds)" timestamp="\#(time)">"#,
        ]
        for test in cases {
            let head = #"    <testcase name="\#(test.name.xml)" classname="\#(test.id.xml)" time="0""#
            switch test.outcome {
            case .passed: lines.append(head + "/>")
            case .waiting: lines.append(head + #"><skipped message="\#(test.text.xml)"/></testcase>"#)
            case .failed:
                let details = test.details.isEmpty ? [test.message] : test.details
                lines.append(
                    head + #"><failure message="\#(test.message.xml)" type="failed">"#
                        + details.map(\.xml).joined(separator: "\n") + "</failure></testcase>"
                )
            }
        }
        return (lines + ["  </testsuite>", "</testsuites>"]).joined(separator: "\n")
    }
}

extension Locale {
    fileprivate static var posix: Locale { Locale(identifier: "en_US_POSIX") }
}

extension String {
    /// As text or attribute of XML 1.0, which has no place for control characters.
    fileprivate var xml: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "\n": text += "&#10;"
            case "\t": text += "&#9;"
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
