# pragma version 0.4.3
# pragma evm-version prague
"""
@title ECDSA on P-256, the curve of passkeys and secure elements
@license Apache-2.0
@notice Checks signatures that phones, cards and security keys make. About 390,000 gas a signature, as this machine
        has no precompile for the curve.
@dev    FIPS 186-5 and SEC 1, 4.1.4. Jacobian coordinates; u1 G + u2 Q in one pass (Shamir's trick), two bits of each
        scalar at a time. Both of the two valid s are taken, as secure elements give either: what is signed must
        therefore be used once by its content, never by its signature.
"""

P: constant(uint256) = 115792089210356248762697446949407573530086143415290314195533631308867097853951
N: constant(uint256) = 115792089210356248762697446949407573529996955224135760342422259061068512044369
B: constant(uint256) = 41058363725152142129326129780047268409114441015993725554835256314039467401291
GX: constant(uint256) = 48439561293906451759052585252797914202762949526041747995844080717082404635286
GY: constant(uint256) = 36134250956749795798585127919587881956611106672985015071877198253568414405109
MODEXP: constant(address) = 0x0000000000000000000000000000000000000005

WINDOW: constant(uint256) = 2
WINDOWS: constant(uint256) = 128
# Of every i G + j Q with i and j from 0 to 3.
TABLE: constant(uint256) = 16


@internal
@view
def _verify(digest: bytes32, r: uint256, s: uint256, x: uint256, y: uint256) -> bool:
    """
    @dev Whether (r, s) is the signature of a 32-byte hash by the key (x, y). False for anything malformed.
    """
    if r == 0 or r >= N or s == 0 or s >= N or not self._is_key(x, y):
        return False
    inverse: uint256 = self._inverse(s)
    u: uint256 = uint256_mulmod(convert(digest, uint256), inverse, N)
    v: uint256 = uint256_mulmod(r, inverse, N)
    table: uint256[3][16] = self._table(x, y)
    sum: uint256[3] = [0, 1, 0]
    for i: uint256 in range(WINDOWS):
        sum = self._double(self._double(sum))
        low_bit: uint256 = 254 - WINDOW * i
        index: uint256 = ((u >> low_bit) & 3) | (((v >> low_bit) & 3) << 2)
        if index != 0:
            sum = self._add(sum, table[index])
    if sum[2] == 0:
        return False
    # x of the sum is X / Z^2; r is that x modulo N, so it may be one N less.
    zz: uint256 = uint256_mulmod(sum[2], sum[2], P)
    if uint256_mulmod(r, zz, P) == sum[0]:
        return True
    return r < P - N and uint256_mulmod(r + N, zz, P) == sum[0]


@internal
@pure
def _is_key(x: uint256, y: uint256) -> bool:
    """
    @dev Whether (x, y) is a point of the curve. Its order is prime, so every point is a good key.
    """
    if x >= P or y >= P:
        return False
    cube: uint256 = uint256_mulmod(uint256_mulmod(x, x, P), x, P)
    line: uint256 = uint256_addmod(unsafe_sub(P, uint256_mulmod(3, x, P)), B, P)
    return uint256_mulmod(y, y, P) == uint256_addmod(cube, line, P)


@internal
@view
def _inverse(number: uint256) -> uint256:
    """
    @dev Modulo N, by Fermat's little theorem.
    """
    sizes: uint256 = 32
    answer: Bytes[32] = raw_call(
        MODEXP, abi_encode(sizes, sizes, sizes, number, N - 2, N), max_outsize=32, is_static_call=True
    )
    return convert(answer, uint256)


@internal
@pure
def _table(x: uint256, y: uint256) -> uint256[3][16]:
    table: uint256[3][16] = empty(uint256[3][16])
    table[1] = [GX, GY, 1]
    table[4] = [x, y, 1]
    for step: uint256 in [1, 4]:
        table[2 * step] = self._double(table[step])
        table[3 * step] = self._add(table[2 * step], table[step])
    for j: uint256 in [4, 8, 12]:
        for i: uint256 in [1, 2, 3]:
            table[j + i] = self._add(table[j], table[i])
    return table


@internal
@pure
def _double(p: uint256[3]) -> uint256[3]:
    """
    @dev a = -3. The point at infinity, Z = 0, stays there.
    """
    delta: uint256 = uint256_mulmod(p[2], p[2], P)
    gamma: uint256 = uint256_mulmod(p[1], p[1], P)
    beta4: uint256 = uint256_mulmod(4, uint256_mulmod(p[0], gamma, P), P)
    alpha: uint256 = uint256_mulmod(
        3,
        uint256_mulmod(uint256_addmod(p[0], unsafe_sub(P, delta), P), uint256_addmod(p[0], delta, P), P),
        P,
    )
    x: uint256 = uint256_addmod(uint256_mulmod(alpha, alpha, P), unsafe_sub(P, uint256_addmod(beta4, beta4, P)), P)
    gamma8: uint256 = uint256_mulmod(8, uint256_mulmod(gamma, gamma, P), P)
    return [
        x,
        uint256_addmod(
            uint256_mulmod(alpha, uint256_addmod(beta4, unsafe_sub(P, x), P), P), unsafe_sub(P, gamma8), P
        ),
        uint256_mulmod(2, uint256_mulmod(p[1], p[2], P), P),
    ]


@internal
@pure
def _add(p: uint256[3], q: uint256[3]) -> uint256[3]:
    """
    @dev Complete: infinity, equal and opposite points are told apart, since keys and scalars are anybody's choice.
    """
    if p[2] == 0:
        return q
    if q[2] == 0:
        return p
    pzz: uint256 = uint256_mulmod(p[2], p[2], P)
    qzz: uint256 = uint256_mulmod(q[2], q[2], P)
    u: uint256 = uint256_mulmod(p[0], qzz, P)
    s: uint256 = uint256_mulmod(p[1], uint256_mulmod(qzz, q[2], P), P)
    h: uint256 = uint256_addmod(uint256_mulmod(q[0], pzz, P), unsafe_sub(P, u), P)
    r: uint256 = uint256_addmod(
        uint256_mulmod(q[1], uint256_mulmod(pzz, p[2], P), P), unsafe_sub(P, s), P
    )
    if h == 0:
        if r == 0:
            return self._double(p)
        return [0, 1, 0]
    hh: uint256 = uint256_mulmod(h, h, P)
    hhh: uint256 = uint256_mulmod(hh, h, P)
    v: uint256 = uint256_mulmod(u, hh, P)
    x: uint256 = uint256_addmod(
        uint256_mulmod(r, r, P), unsafe_sub(P, uint256_addmod(hhh, uint256_addmod(v, v, P), P)), P
    )
    y: uint256 = uint256_addmod(
        uint256_mulmod(r, uint256_addmod(v, unsafe_sub(P, x), P), P),
        unsafe_sub(P, uint256_mulmod(s, hhh, P)),
        P,
    )
    return [x, y, uint256_mulmod(uint256_mulmod(p[2], q[2], P), h, P)]
