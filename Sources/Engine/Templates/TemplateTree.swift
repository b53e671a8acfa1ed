/// Puts a template's tags into the sections they are in.
struct TemplateTree {
    private let tags: [TemplateTag]
    private var next = 0
    private(set) var mistakes: [TemplateMistake] = []

    init(_ tags: [TemplateTag]) {
        self.tags = tags
    }

    /// The nodes outside any section; sections that do not match are in `mistakes`.
    mutating func build() -> [TemplateNode] {
        var nodes: [TemplateNode] = []
        while next < tags.count {
            nodes += children(of: nil)
            guard next < tags.count else { break }
            refuse(tags[next], "unopened-section", "there is no {{#\(tags[next].name)}} for this to end")
            next += 1
        }
        return nodes
    }

    /// The nodes up to the end of the section, or up to an end that belongs to none.
    private mutating func children(of section: TemplateTag?) -> [TemplateNode] {
        var nodes: [TemplateNode] = []
        while next < tags.count {
            let tag = tags[next]
            switch tag.kind {
            case .variable: nodes.append(.variable(tag))
            case .partial: nodes.append(.partial(tag))
            case .end: return nodes
            case .section, .inverted:
                next += 1
                nodes.append(.section(tag, children(of: tag)))
                guard next < tags.count else {
                    refuse(tag, "unclosed-section", "{{/\(tag.name)}} is missing")
                    return nodes
                }
                if tags[next].name != tag.name {
                    refuse(tags[next], "crossed-section", "the section open here is '\(tag.name)'")
                }
            }
            next += 1
        }
        return nodes
    }

    private mutating func refuse(_ tag: TemplateTag, _ id: String, _ message: String) {
        mistakes.append(TemplateMistake(range: tag.range, id: id, message: message))
    }
}
