extension TypeChange {
    /// What happens to the values; nil where the type is the same.
    init?(from previous: Column, to next: Column) {
        switch (previous.type, next.type) {
        case (.enumeration(let before), .enumeration(let after)) where before == after:
            // No cast leads from an enum to a list of it, or back.
            if (previous.arity == .list) == (next.arity == .list) { return nil }
            self = .impossible
        case (.enumeration, _), (_, .enumeration): self = .impossible
        case (.native(let before), .native(let after)):
            let change =
                switch (previous.arity == .list, next.arity == .list) {
                case (true, false): Self.fromList(to: after)
                case (false, true): TypeChange.impossible
                default: before == after ? nil : Self.scalar(before, after)
                }
            guard let change else { return nil }
            self = change
        case (.unsupported, .unsupported): return nil
        case (.unsupported, .native(let after)):
            switch (previous.arity == .list, next.arity == .list) {
            case (true, false): self = Self.fromList(to: after)
            case (false, true): self = .impossible
            default: self = .risky
            }
        case (.native, .unsupported):
            self = (previous.arity == .list) == (next.arity == .list) ? .risky : .impossible
        }
    }

    private static func fromList(to next: NativeType) -> TypeChange {
        switch next.kind {
        case .text: .safe
        case .varChar: next.length == nil ? .safe : .risky
        case .char: .risky
        default: .impossible
        }
    }

    private static func scalar(_ previous: NativeType, _ next: NativeType) -> TypeChange? {
        switch previous.kind {
        case .smallInt, .integer, .bigInt: whole(previous.kind, next)
        case .decimal: decimal(previous, next)
        case .real, .doublePrecision: floating(previous.kind, next)
        case .text, .varChar, .char, .citext: text(previous, next)
        case .timestamp, .timestamptz, .date, .time, .timetz: moment(previous, next)
        case .bit, .varBit: bits(previous, next)
        case .uuid, .xml, .json, .jsonB, .boolean, .inet, .money, .oid, .byteA: other(previous, next)
        }
    }

    /// How a value of at most `width` characters fits into a character type.
    private static func characters(_ width: Int, _ next: NativeType) -> TypeChange? {
        switch next.kind {
        case .text: .safe
        case .varChar, .char:
            if let length = next.length {
                length < width ? .risky : .safe
            } else {
                next.kind == .char ? .risky : .safe
            }
        default: nil
        }
    }

    // MARK: - Numbers

    private static func whole(_ previous: NativeType.Kind, _ next: NativeType) -> TypeChange {
        let (digits, width) =
            switch previous {
            case .smallInt: (3, 4)
            case .integer: (10, 11)
            default: (19, 20)
            }
        if let characters = characters(width, next) { return characters }
        switch next.kind {
        case .real, .doublePrecision: return .safe
        case .decimal:
            guard next.arguments.count == 2 else { return .safe }
            return next.arguments[0] - next.arguments[1] < digits ? .risky : .safe
        case .smallInt: return .risky
        case .integer: return previous == .bigInt ? .risky : .safe
        case .bigInt: return .safe
        default: return .impossible
        }
    }

    private static func decimal(_ previous: NativeType, _ next: NativeType) -> TypeChange {
        let size =
            previous.arguments.count == 2 ? (precision: previous.arguments[0], scale: previous.arguments[1]) : nil
        let width = size.map { $0.precision + ($0.scale > 0 ? 2 : 1) } ?? 131_073
        if let characters = characters(width, next) { return characters }
        switch next.kind {
        case .smallInt, .integer, .bigInt:
            let digits = next.kind == .smallInt ? 2 : next.kind == .integer ? 9 : 18
            guard let size, size.scale == 0, size.precision <= digits else { return .risky }
            return .safe
        case .decimal:
            guard next.arguments.count == 2 else { return .safe }
            let (precision, scale) = (next.arguments[0], next.arguments[1])
            guard let size else { return precision < 131_072 || scale < 16_383 ? .risky : .safe }
            return size.precision - size.scale > precision - scale || size.scale > scale ? .risky : .safe
        case .real, .doublePrecision: return .risky
        default: return .impossible
        }
    }

    private static func floating(_ previous: NativeType.Kind, _ next: NativeType) -> TypeChange {
        if let characters = characters(previous == .real ? 47 : 317, next) { return characters }
        switch next.kind {
        case .smallInt, .integer, .bigInt, .decimal, .real: return .risky
        case .doublePrecision: return .safe
        default: return .impossible
        }
    }

    // MARK: - Text

    private static func text(_ previous: NativeType, _ next: NativeType) -> TypeChange {
        switch (previous.kind, next.kind) {
        case (.citext, .text), (.citext, .varChar): .safe
        case (.citext, _): .risky
        case (.text, .citext), (_, .text): .safe
        case (.text, .varChar): next.length == nil ? .safe : .risky
        case (.text, .char): .risky
        case (.varChar, .varChar), (.varChar, .char), (.char, .varChar), (.char, .char): sized(previous, next)
        default: .impossible
        }
    }

    /// A character type without a length is unlimited as VarChar, and one character as Char.
    private static func sized(_ previous: NativeType, _ next: NativeType) -> TypeChange {
        switch (previous.length, next.length) {
        case (nil, nil): return previous.kind == .varChar && next.kind == .char ? .risky : .safe
        case (nil, _?): return previous.kind == .varChar ? .risky : .safe
        case (1?, nil): return .safe
        case (_?, nil): return next.kind == .char ? .risky : .safe
        case (let before?, let after?): return before > after ? .risky : .safe
        }
    }

    // MARK: - Moments

    private static func moment(_ previous: NativeType, _ next: NativeType) -> TypeChange? {
        if next.kind == .text || next.kind == .varChar && next.length == nil { return .safe }
        if next.kind == .char || next.kind == .varChar {
            return next.length.map { $0 > previous.kind.width } == true ? .safe : .impossible
        }
        let takesPrecision = previous.kind.parameters == 1
        if takesPrecision, previous.kind == next.kind {
            // To no precision, and from none, Prisma sees no change.
            if next.length == nil || previous.length == nil { return nil }
        }
        return switch (previous.kind, next.kind) {
        case (.timestamp, .timestamp), (.timestamp, .timestamptz), (.timestamp, .date), (.timestamp, .time),
            (.timestamp, .timetz), (.timestamptz, .timestamp), (.timestamptz, .timestamptz), (.timestamptz, .date),
            (.timestamptz, .time), (.timestamptz, .timetz), (.date, .timestamp), (.date, .timestamptz),
            (.time, .timetz), (.timetz, .time), (.timetz, .timetz):
            .safe
        default: .impossible
        }
    }

    // MARK: - Bits and the rest

    private static func bits(_ previous: NativeType, _ next: NativeType) -> TypeChange {
        let isFixed = previous.kind == .bit
        if next.kind == .text { return .safe }
        switch (previous.length, next.kind) {
        case (nil, .varChar) where isFixed, (nil, .char) where isFixed, (nil, .varBit) where isFixed: return .safe
        case (nil, .varChar): return next.length == nil ? .safe : .risky
        case (nil, .char), (nil, .bit): return isFixed ? .impossible : .risky
        case (let length?, .varChar), (let length?, .varBit), (let length?, .char):
            guard let new = next.length else { return next.kind == .char ? (isFixed ? .impossible : .risky) : .safe }
            if new >= length { return .safe }
            return isFixed || next.kind == .varBit ? .impossible : .risky
        case (let length?, .bit) where !isFixed: return (next.length ?? 1) <= length ? .risky : .impossible
        default: return .impossible
        }
    }

    private static func other(_ previous: NativeType, _ next: NativeType) -> TypeChange {
        if next.kind == .text { return .safe }
        if next.kind == .varChar, next.length == nil { return .safe }
        let isCharacters = next.kind == .varChar || next.kind == .char
        switch previous.kind {
        case .inet: return next.kind == .citext || next.kind == .varChar ? .safe : .impossible
        case .money: return next.kind == .citext || next.kind == .varChar ? .safe : .risky
        case .oid:
            let isSafe = next.kind == .varChar || next.kind == .bigInt || next.kind == .integer
            return isSafe ? .safe : .impossible
        case .boolean:
            if next.kind == .varChar { return .safe }
            guard next.kind == .char, let length = next.length, length > 3 else { return .impossible }
            return length > 4 ? .safe : .risky
        case .uuid: return isCharacters && next.length.map { $0 > 31 } == true ? .safe : .impossible
        case .byteA: return isCharacters && next.length.map { $0 > 2 } == true ? .risky : .impossible
        case .json, .jsonB:
            if next.kind == .json || next.kind == .jsonB { return .safe }
            return isCharacters ? .risky : .impossible
        case .xml: return isCharacters ? .risky : .impossible
        default: return .impossible
        }
    }
}

extension NativeType.Kind {
    /// The characters that a value takes at most, less one.
    fileprivate var width: Int {
        switch self {
        case .timestamp: 22
        case .time: 13
        case .timetz: 18
        default: 27
        }
    }
}
