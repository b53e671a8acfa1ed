/// The runs of tabs, in Unicode scalars, that stand neither in a text nor in a comment.
///
/// libyaml refuses a tab as indentation only; between a colon and its value it lets one pass.
func strayTabs(in text: String, outside texts: [Range<Int>], upTo end: Int) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var texts = texts[...]
    var isComment = false
    for (offset, scalar) in text.unicodeScalars.prefix(end).enumerated() {
        while let first = texts.first, first.upperBound <= offset { texts.removeFirst() }
        if texts.first?.contains(offset) == true {
            isComment = false
            continue
        }
        switch scalar {
        case "\n", "\r": isComment = false
        case "#": isComment = true
        case "\t" where !isComment:
            let isOfRun = found.last?.upperBound == offset
            let start = isOfRun ? found.removeLast().lowerBound : offset
            found.append(start..<(offset + 1))
        default: break
        }
    }
    return found
}
