// SPDX-License-Identifier: Apache-2.0

import SpateTransport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@Suite struct NetworkAddressTests {
  private func address(_ text: String) -> NetworkAddress? {
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 { return NetworkAddress(withUnsafeBytes(of: four) { Array($0) }) }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    return NetworkAddress(withUnsafeBytes(of: six) { Array($0) })
  }

  @Test(arguments: [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255",
    "127.0.0.1", "127.255.255.255", "169.254.169.254", "169.254.0.1", "168.63.129.16", "172.16.0.1", "172.31.255.255",
    "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1",
    "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:53aa:64c:0:5efe:7f00:1",
    "2001:10::1", "2001:20::1", "2001:1ff:ffff::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1",
    "2002:808:808::", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1",
    "fe80::a9fe:a9fe", "febf::1", "fec0::1", "ff02::1", "ff0e::1",
  ]) func S20_addressesThatAreNotPublic(_ text: String) throws {
    #expect(try #require(address(text)).isPublic == false)
  }

  @Test(arguments: [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.255.255.255", "128.0.0.1",
    "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.1", "172.15.255.255", "172.32.0.1", "192.0.1.1",
    "192.167.255.255", "192.169.0.1", "198.17.255.255", "198.20.0.1", "223.255.255.255", "2001:200::1",
    "2001:4860:4860::8888", "2001:db9::1", "2003::1", "2606:4700:4700::1111", "2a00:1450::1", "3fff:1000::1",
  ]) func publicAddresses(_ text: String) throws {
    #expect(try #require(address(text)).isPublic)
  }

  @Test func otherBytesAreNoAddress() {
    #expect(NetworkAddress([]) == nil && NetworkAddress([1, 2, 3]) == nil && NetworkAddress([1, 2, 3, 4, 5]) == nil)
  }
}
