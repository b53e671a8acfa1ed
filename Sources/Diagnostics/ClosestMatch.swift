/// The candidate a person most likely meant, or nil when none is near enough to be worth suggesting.
///
/// Near is a Damerau–Levenshtein distance of at most 2, or 1 for words under 5 letters; of equally near ones the first.
package func closestMatch(to word: String, among candidates: some Sequence<String>) -> String? {
    let letters = Array(word)
    let limit = letters.count < 5 ? 1 : 2
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
        let other = Array(candidate)
        if abs(other.count - letters.count) > limit { continue }
        let distance = editDistance(letters, other)
        if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.candidate
}

/// How many letters must be added, removed, replaced or swapped with a neighbour; no letter is changed twice.
private func editDistance(_ first: [Character], _ second: [Character]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...second.count)
    for row in first.indices {
        var current = [row + 1]
        for column in second.indices {
            let replaced = last[column] + (first[row] == second[column] ? 0 : 1)
            var least = min(replaced, last[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
                least = min(least, beforeLast[column - 1] + 1)
            }
            current.append(least)
        }
        beforeLast = last
        last = current
    }
    return last[second.count]
}
