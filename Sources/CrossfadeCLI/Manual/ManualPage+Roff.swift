import Workflow

extension ManualPage {
    /// The page as `man` reads it.
    var roff: String {
        var roff = Roff(title: name, release: "crossfade \(Version.release)")
        roff.section("Name")
        roff.line(Roff.Words("\(name) - \(abstract.asPhrase)"))
        roff.section("Synopsis")
        roff.line(Self.synopsis(usage))
        if !description.isEmpty {
            roff.section("Description")
            description.forEach { roff.add($0) }
        }
        if !groups.isEmpty {
            roff.section("Commands")
            for group in groups {
                roff.subsection(group.name)
                for entry in group.entries { roff.entry(Self.reference(Self.pageName(entry.command)), entry.abstract) }
            }
        }
        roff.section("Options")
        for argument in arguments { roff.entry(argument.term, argument.summary) }
        if !commonOptions.isEmpty {
            roff.subsection("Options of every command")
            for option in commonOptions { roff.entry(option.term, option.summary) }
        }
        roff.section("Exit status")
        for code in Failure.Code.allCases { roff.entry(Self.bold("\(code.rawValue)"), code.meaning.asSentence) }
        roff.section("Environment")
        for variable in EnvironmentVariable.allCases {
            roff.entry(Self.bold(variable.rawValue), variable.meaning.asSentence)
        }
        if !examples.isEmpty {
            roff.section("Examples")
            examples.forEach { roff.add($0) }
        }
        roff.section("See also")
        roff.line(Self.references(related))
        return roff.text
    }

    // MARK: - Words

    /// Placeholders in italic, what is typed as it is in bold.
    private static func synopsis(_ usage: String) -> Roff.Words {
        var words = Roff.Words()
        var rest = usage[...]
        while let first = rest.first {
            let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
            if word.isEmpty {
                words.plain(String(first))
                rest = rest.dropFirst()
                continue
            }
            if word == "options" || word == word.uppercased() {
                words.italic(String(word))
            } else {
                words.bold(String(word))
            }
            rest = rest.dropFirst(word.count)
        }
        return words
    }

    private static func bold(_ text: String) -> Roff.Words {
        var words = Roff.Words()
        words.bold(text)
        return words
    }

    private static func reference(_ page: String) -> Roff.Words {
        var words = bold(page)
        words.plain("(1)")
        return words
    }

    private static func references(_ pages: [String]) -> Roff.Words {
        var words = Roff.Words()
        for (number, page) in pages.enumerated() {
            words.plain(number == 0 ? "" : ", ")
            words.bold(page)
            words.plain("(1)")
        }
        return words
    }
}

extension Roff {
    fileprivate mutating func add(_ block: ManualBlock) {
        switch block {
        case .paragraph(let text): paragraph(Words(text))
        case .code(let lines): code(lines)
        }
    }
}

extension CommandSurface.Argument {
    /// How it is typed: `-v, --verbose`, `--through PHASE`.
    fileprivate var term: Roff.Words {
        var words = Roff.Words()
        for (number, name) in (names ?? []).sorted(by: { $0.kind == .short && $1.kind != .short }).enumerated() {
            words.plain(number == 0 ? "" : ", ")
            words.bold(name.typed)
        }
        guard kind != .flag, let valueName else { return words }
        words.plain(kind == .option ? " " : "")
        words.italic(valueName.uppercased())
        return words
    }
}

extension String {
    /// A capital first, a period last.
    fileprivate var asSentence: String { prefix(1).uppercased() + dropFirst() + (hasSuffix(".") ? "" : ".") }

    /// No capital first, no period last.
    fileprivate var asPhrase: String {
        prefix(1).lowercased() + dropFirst().prefix(hasSuffix(".") ? count - 2 : count - 1)
    }
}
