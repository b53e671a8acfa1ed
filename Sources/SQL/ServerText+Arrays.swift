extension ServerText {
    /// The text with the type of each array stated that is cast to another type as a whole.
    ///
    /// The server prints `(ARRAY['a'::varchar])::text[]` of an array that it converts as a whole, and reads it as an array
    /// whose elements are converted one by one, which it then prints otherwise. With `::varchar[]` after the bracket it reads
    /// what it had.
    package var statingArrayTypes: ServerText {
        let bytes = Array(text.utf8)
        guard text.contains("])::"), let tokens = try? PGQuery.scan(text).filter({ !$0.isComment }) else { return self }
        let words = tokens.map { String(decoding: bytes[$0.range], as: UTF8.self) }
        var result = bytes
        for start in words.indices.reversed() where words[start] == "ARRAY" && start > 0 && words[start - 1] == "(" {
            guard let array = ArrayOfOneType(words, from: start), words.indices.contains(array.end + 2),
                words[array.end + 1] == ")", words[array.end + 2] == "::"
            else { continue }
            let place = tokens[array.end].range.upperBound
            result.insert(contentsOf: "::\(array.type)[]".utf8, at: place)
        }
        return ServerText(String(decoding: result, as: UTF8.self))
    }
}

/// `ARRAY[...]` all of whose elements are cast to the same type.
private struct ArrayOfOneType {
    /// The place of the closing bracket among the words.
    private(set) var end: Int
    private(set) var type = ""

    init?(_ words: [String], from start: Int) {
        guard words.indices.contains(start + 1), words[start + 1] == "[" else { return nil }
        end = start + 1
        var depth = 0
        var cast: Int?
        var types: Set<String> = []
        for place in words.indices[(start + 1)...] {
            let word = words[place]
            let isEnd = word == "]" && depth == 1
            if depth == 1, isEnd || word == "," {
                guard let cast, cast < place else { return nil }
                types.insert(words[(cast + 1)..<place].joined(separator: " "))
            }
            switch word {
            case "[", "(": depth += 1
            case "]", ")": depth -= 1
            case "::" where depth == 1: cast = place
            case "," where depth == 1: cast = nil
            default: break
            }
            if isEnd {
                end = place
                break
            }
        }
        // A length makes the elements' types differ from the array's.
        guard end > start + 1, types.count == 1, let type = types.first, !type.contains("(") else { return nil }
        self.type = type
    }
}
