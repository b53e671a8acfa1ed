import CLibYAML

/// libyaml's events of one text, one at a time: the only door to the C library.
@safe final class EventStream {
    // The parser keeps a pointer to itself and to its input, so both live at fixed addresses until `deinit`.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ text: String) {
        unsafe parser = .allocate(capacity: 1)
        unsafe input = .allocate(capacity: text.utf8.count)
        _ = unsafe input.initialize(fromContentsOf: text.utf8)
        precondition(unsafe yaml_parser_initialize(parser) == 1, "out of memory")
        // Without this a text that begins like UTF-16 would be read as that.
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The next event; after a problem the stream is of no more use.
    func next() throws(SyntaxProblem) -> Event {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw problem }
        defer { unsafe yaml_event_delete(&event) }
        return unsafe Event(event)
    }

    private var problem: SyntaxProblem {
        let parser = unsafe self.parser.pointee
        precondition(unsafe parser.error != YAML_MEMORY_ERROR, "out of memory")
        let message = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "invalid YAML"
        if unsafe parser.error == YAML_READER_ERROR {
            return unsafe SyntaxProblem(message: message, place: .byte(Int(parser.problem_offset)))
        }
        let context = unsafe parser.context.map { context in
            unsafe SyntaxProblem.Context(
                message: String(cString: context),
                offset: Int(parser.context_mark.index)
            )
        }
        return unsafe SyntaxProblem(
            message: message,
            place: .scalar(Int(parser.problem_mark.index)),
            context: context
        )
    }
}

extension Event {
    fileprivate init(_ event: yaml_event_t) {
        unsafe self.init(
            kind: Kind(event),
            start: Int(event.start_mark.index),
            end: Int(event.end_mark.index),
            hasAnchor: Self.hasAnchor(event),
            hasTag: Self.hasTag(event)
        )
    }

    private static func hasAnchor(_ event: yaml_event_t) -> Bool {
        switch unsafe event.type {
        case YAML_SCALAR_EVENT: unsafe event.data.scalar.anchor != nil
        case YAML_SEQUENCE_START_EVENT: unsafe event.data.sequence_start.anchor != nil
        case YAML_MAPPING_START_EVENT: unsafe event.data.mapping_start.anchor != nil
        default: false
        }
    }

    private static func hasTag(_ event: yaml_event_t) -> Bool {
        switch unsafe event.type {
        case YAML_SCALAR_EVENT: unsafe event.data.scalar.tag != nil
        case YAML_SEQUENCE_START_EVENT: unsafe event.data.sequence_start.tag != nil
        case YAML_MAPPING_START_EVENT: unsafe event.data.mapping_start.tag != nil
        default: false
        }
    }
}

extension Event.Kind {
    fileprivate init(_ event: yaml_event_t) {
        switch unsafe event.type {
        case YAML_DOCUMENT_START_EVENT:
            let start = unsafe event.data.document_start
            let hasTags = unsafe start.tag_directives.start != start.tag_directives.end
            self = unsafe .documentStart(hasDirectives: start.version_directive != nil || hasTags)
        case YAML_DOCUMENT_END_EVENT: self = .documentEnd
        case YAML_ALIAS_EVENT: self = .alias
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            self = unsafe .scalar(text: String(decoding: bytes, as: UTF8.self), style: Scalar.Style(scalar.style))
        case YAML_SEQUENCE_START_EVENT:
            self = unsafe .sequenceStart(isFlow: event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE)
        case YAML_SEQUENCE_END_EVENT: self = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            self = unsafe .mappingStart(isFlow: event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE)
        case YAML_MAPPING_END_EVENT: self = .mappingEnd
        case YAML_STREAM_END_EVENT: self = .streamEnd
        default: self = .streamStart
        }
    }
}

extension Scalar.Style {
    fileprivate init(_ style: yaml_scalar_style_t) {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: self = .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: self = .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: self = .literal
        case YAML_FOLDED_SCALAR_STYLE: self = .folded
        default: self = .plain
        }
    }
}
