import Diagnostics

/// Builds a node tree from events, and notes everything in them that is refused.
struct Composer {
    private(set) var diagnostics = Diagnostics()

    private let source: SourceText
    private let events: EventStream
    private var finder: PositionFinder
    /// Where texts stand, in Unicode scalars: a tab is allowed in these only.
    private var texts: [Range<Int>] = []

    /// Thrown once what ends the reading has been noted.
    private struct Halt: Error {}

    init(_ source: SourceText) {
        self.source = source
        events = EventStream(source.text)
        finder = PositionFinder(source)
    }

    /// The document's root, or nil when there is none to speak of.
    mutating func compose() -> Node? {
        guard let root = try? document() else { return nil }
        noteTabs(upTo: source.text.unicodeScalars.count)
        return root
    }

    private mutating func document() throws(Halt) -> Node {
        _ = try next()
        let start = try next()
        guard case .documentStart(let hasDirectives) = start.kind else { throw empty() }
        if hasDirectives { note(.directive, "directives are not used in a plan", at: firstWord(of: start)) }
        let root = try node(try next(), depth: 1)
        if case .scalar(let scalar) = root.content, scalar.isMissing { throw empty() }
        _ = try next()
        let after = try next()
        if after.kind != .streamEnd {
            let range = firstWord(of: after)
            note(.severalDocuments, "a second document begins here", at: range, fix: "one file, one plan")
        }
        return root
    }

    private mutating func empty() -> Halt {
        note(.empty, "there is nothing in it", at: finder.range(fromScalar: 0, to: 0))
        return Halt()
    }

    // MARK: - Nodes

    private mutating func node(_ event: Event, depth: Int) throws(Halt) -> Node {
        if depth > Document.greatestDepth {
            note(.tooDeep, "nested more than \(Document.greatestDepth) deep", at: firstWord(of: event))
            throw Halt()
        }
        refuseProperties(of: event)
        let range = finder.range(fromScalar: event.start, to: event.end)
        switch event.kind {
        case .scalar(let text, let style):
            return Node(content: .scalar(scalar(text, style, from: event.start, to: event.end)), range: range)
        case .sequenceStart(let isFlow): return try sequence(from: range, isFlow: isFlow, depth: depth)
        case .mappingStart(let isFlow): return try mapping(from: range, isFlow: isFlow, depth: depth)
        case .alias:
            note(.alias, "aliases are not used in a plan", at: range, fix: "write the value out")
            return Node(content: .refused, range: range)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            preconditionFailure("libyaml ends only what it has begun")
        }
    }

    private mutating func scalar(_ text: String, _ style: Scalar.Style, from start: Int, to end: Int) -> Scalar {
        texts.append(start..<end)
        let next = finder.restOfLine.first { $0 != " " && $0 != "\t" }
        return Scalar(text: text, style: style, isFollowedByComment: style == .plain && next == "#")
    }

    private mutating func sequence(from start: SourceRange, isFlow: Bool, depth: Int) throws(Halt) -> Node {
        var items: [Node] = []
        while true {
            let event = try next()
            if event.kind == .sequenceEnd {
                let range = collection(from: start, lastChild: items.last?.range, end: event, isFlow: isFlow)
                return Node(content: .sequence(items), range: range)
            }
            items.append(try node(event, depth: depth + 1))
        }
    }

    private mutating func mapping(from start: SourceRange, isFlow: Bool, depth: Int) throws(Halt) -> Node {
        var entries: [Node.Entry] = []
        var places: [String: SourceRange] = [:]
        var last: SourceRange?
        while true {
            let event = try next()
            if event.kind == .mappingEnd {
                let range = collection(from: start, lastChild: last, end: event, isFlow: isFlow)
                return Node(content: .mapping(entries), range: range)
            }
            let key = try node(event, depth: depth + 1)
            let value = try node(try next(), depth: depth + 1)
            last = value.range
            guard let name = name(of: key) else { continue }
            if let first = places[name] {
                let notes = [Diagnostic.Note("first written here", at: first)]
                note(.duplicateKey, "the key '\(name)' is written twice", at: key.range, notes: notes)
            } else {
                places[name] = key.range
                entries.append(Node.Entry(key: name, keyRange: key.range, value: value))
            }
        }
    }

    private mutating func name(of key: Node) -> String? {
        switch key.content {
        case .scalar(let scalar) where !scalar.isMissing: return scalar.text
        case .refused: return nil
        case .scalar: note(.key, "a key is missing before ':'", at: key.range)
        case .mapping, .sequence: note(.key, "a key is a text, not a list or a mapping", at: key.range)
        }
        return nil
    }

    /// The end mark of a block collection is the next token's, blank lines and comments further on.
    private mutating func collection(
        from start: SourceRange,
        lastChild: SourceRange?,
        end: Event,
        isFlow: Bool
    ) -> SourceRange {
        var range = start
        range.end = isFlow ? finder.position(ofScalar: end.end) : lastChild?.end ?? start.end
        return range
    }

    // MARK: - Refusals

    private mutating func refuseProperties(of event: Event) {
        if event.hasAnchor {
            note(.anchor, "anchors are not used in a plan", at: property("&", of: event), fix: "remove it")
        }
        if event.hasTag {
            note(.tag, "tags are not used in a plan", at: property("!", of: event), fix: "remove it")
        }
    }

    /// Anchor and tag stand before the value, in either order, within the event's own range.
    private mutating func property(_ sign: Character, of event: Event) -> SourceRange {
        _ = finder.position(ofScalar: event.start)
        let line = finder.restOfLine
        let start = line.firstIndex(of: sign) ?? line.startIndex
        let offset = event.start + line[..<start].unicodeScalars.count
        let word = line[start...].prefix { !$0.isWhitespace && !",[]{}".contains($0) }
        return finder.range(fromScalar: offset, to: offset + word.unicodeScalars.count)
    }

    /// A range for what has no good end of its own.
    private mutating func firstWord(of event: Event) -> SourceRange {
        _ = finder.position(ofScalar: event.start)
        let word = finder.restOfLine.prefix { !$0.isWhitespace }
        return finder.range(fromScalar: event.start, to: event.start + word.unicodeScalars.count)
    }

    private mutating func noteTabs(upTo end: Int) {
        for tabs in strayTabs(in: source.text, outside: texts, upTo: end) {
            let range = finder.range(fromScalar: tabs.lowerBound, to: tabs.upperBound)
            note(.tab, "a tab between keys and values", at: range, fix: "use spaces")
        }
    }

    // MARK: - Plumbing

    private mutating func next() throws(Halt) -> Event {
        do {
            return try events.next()
        } catch {
            let diagnosis = SyntaxDiagnosis(of: error, in: source, finder: finder)
            noteTabs(upTo: diagnosis.offset)
            diagnostics.add(diagnosis.diagnostic)
            throw Halt()
        }
    }

    private mutating func note(
        _ mistake: YAMLMistake,
        _ message: String,
        at range: SourceRange,
        notes: [Diagnostic.Note] = [],
        fix: String? = nil
    ) {
        diagnostics.add(Diagnostic(.error, mistake.rawValue, message, at: range, notes: notes, fix: fix))
    }
}
