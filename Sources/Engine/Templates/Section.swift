import Diagnostics

/// A stretch of a file from one heading directive up to the next: a step, or a check.
struct Section {
    let heading: Directive
    /// The directives after the heading.
    var directives: [Directive] = []
    /// All of it, the heading included.
    var range: Range<String.Index>

    var title: String { heading.value.trimmingBlanks }
}

extension Section {
    /// Cuts a text at the directives of the given name.
    ///
    /// What is wrong with the order of the directives is added to the mistakes.
    static func split(
        _ text: RenderedText,
        at name: String,
        _ mistakes: inout [Diagnostic]
    ) throws(Diagnostics) -> [Section] {
        let reader = try DirectiveReader(text)
        mistakes += reader.mistakes
        var sections: [Section] = []
        for directive in reader.directives {
            if directive.name == name {
                sections.append(Section(heading: directive, range: directive.range.lowerBound..<text.text.endIndex))
                let last = sections.count - 1
                if last > 0 {
                    sections[last - 1].range = sections[last - 1].range.lowerBound..<directive.range.lowerBound
                }
            } else if sections.isEmpty {
                mistakes.append(
                    text.diagnostic("outside-step", "a '--@ \(name): ...' comes first", at: directive.range)
                )
            } else {
                sections[sections.count - 1].directives.append(directive)
            }
        }
        let preamble = text.text.startIndex..<(sections.first?.range.lowerBound ?? text.text.endIndex)
        let stray = try text.parse(preamble, title: nil).places
        mistakes += stray.prefix(1).map {
            text.diagnostic("outside-step", "before the first '--@ \(name): ...' there are only comments", at: $0)
        }
        mistakes += untitled(sections, text)
        return sections
    }

    private static func untitled(_ sections: [Section], _ text: RenderedText) -> [Diagnostic] {
        var seen: Set<String> = []
        return sections.compactMap { section in
            let range = section.heading.range
            if section.title.isEmpty { return text.diagnostic("no-title", "a title is missing", at: range) }
            if seen.insert(section.title).inserted { return nil }
            return text.diagnostic("same-title", "there is another with this title", at: range)
        }
    }
}

extension String {
    /// The text without blanks and line breaks at its ends.
    var trimmingBlanks: String {
        var rest = self[...].drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
