/// The ids of what is refused before anything is read from a document.
package enum YAMLMistake: String, CaseIterable, Sendable {
    case syntax = "yaml.syntax"
    case unclosedQuote = "yaml.unclosed-quote"
    case character = "yaml.character"
    case tab = "yaml.tab"
    case anchor = "yaml.anchor"
    case alias = "yaml.alias"
    case tag = "yaml.tag"
    case directive = "yaml.directive"
    case severalDocuments = "yaml.several-documents"
    case duplicateKey = "yaml.duplicate-key"
    case key = "yaml.key"
    case empty = "yaml.empty"
    case tooLarge = "yaml.too-large"
    case tooDeep = "yaml.too-deep"

    /// What is wrong, as a phrase.
    package var meaning: String {
        switch self {
        case .syntax: "not YAML; the message is libyaml's"
        case .unclosedQuote: "a quote that is never closed"
        case .character: "a character that YAML forbids, such as NUL"
        case .tab: "a tab outside a value"
        case .anchor: "an anchor, `&name`"
        case .alias: "an alias, `*name`"
        case .tag: "a tag, `!name`"
        case .directive: "a directive, `%YAML` or `%TAG`"
        case .severalDocuments: "a second document, after `---`"
        case .duplicateKey: "a key that the mapping already has"
        case .key: "a key that is empty, a list or a mapping"
        case .empty: "nothing but blanks and comments"
        case .tooLarge: "more than a megabyte"
        case .tooDeep: "nested more than 64 levels deep"
        }
    }
}
