/// What a client knows of the rows that are its own, because nobody else writes them.
struct Memory: Sendable {
    /// The last value it committed, by profile id.
    private(set) var written: [Int: String] = [:]
    /// The keys of `written`, to draw from.
    private var ids: [Int] = []
    /// Of the loaded rows, those whose id leaves one of these remainders on division by `stride`.
    private var remainders: [Int]
    private let stride: Int
    private let rows: Int

    init(remainder: Int, of stride: Int, rows: Int) {
        remainders = [remainder]
        self.stride = stride
        self.rows = rows
    }

    /// A loaded row, whose user has the same id.
    func anyLoaded() -> Int {
        let remainder = remainders[Int.random(in: remainders.indices)]
        let count = (rows - 1 - remainder) / stride + 1
        return remainder + 1 + stride * Int.random(in: 0..<count)
    }

    /// Half the time a row it wrote before, else a loaded one.
    func anyOwn() -> Int {
        guard Bool.random(), let id = ids.randomElement() else { return anyLoaded() }
        return id
    }

    /// What a read of an own row must show.
    func expected(_ id: Int) -> String { written[id] ?? Schema.seed(id) }

    mutating func remember(_ value: String, for id: Int) {
        if written.updateValue(value, forKey: id) == nil { ids.append(id) }
    }

    /// Takes over the rows of a client that has ended.
    mutating func adopt(_ other: Memory) {
        for (id, value) in other.written { remember(value, for: id) }
        remainders += other.remainders
    }
}
