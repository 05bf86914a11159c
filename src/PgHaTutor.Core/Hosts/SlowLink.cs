namespace PgHaTutor.Hosts;

/// <summary>
/// Slows and loses packets on their way to other hosts where the kernel cannot (netem is a module that cloud images leave out): each goes through a
/// process, which keeps it for a while. Of the host it takes perl and the right to make a network device.
/// </summary>
/// <remarks>Gone with its process, device and routes, however that ends. Packets of ssh pass as they are.</remarks>
internal static class SlowLink
{
    /// <summary>Ends it, and waits until the kernel has taken its device away. Those of containers on the same machine are not ours.</summary>
    public const string Remove = """
        for file in /proc/[0-9]*/comm; do
          { read -r word <"$file"; } 2>/dev/null && [ "$word" = pghatutor-slow ] && [ "${file%comm}ns/net" -ef /proc/self/ns/net ] || continue
          pid=${file#/proc/}
          kill -KILL "${pid%/comm}"
          while [ -e /sys/class/net/pghatutor ] && [ -d "/proc/${pid%/comm}/net" ]; do sleep 0.02; done
        done
        """;

    /// <summary>The function <c>slow_link MILLISECONDS PERCENT</c>, for the peers and for as long as <see cref="NetworkScripts"/> has it.</summary>
    public const string Lay = """
        slow_link() {
          perl - "$1" "$2" "$LONGEST" $PEERS <<'PERL'
        use strict; use warnings; use Socket; use POSIX ();
        my ($ms, $percent, $seconds, @peers) = @ARGV;
        my %clocks = (x86_64 => 228, aarch64 => 113, riscv64 => 113);
        my $clock = $clocks{(POSIX::uname())[4]} or die "perl does not know the clock of this kind of processor\n";
        sub now { syscall $clock, 1, my $t = "\0" x 16; my ($s, $n) = unpack 'q2', $t; $s + $n / 1e9 }
        sub address { my ($ip) = @_; pack_sockaddr_in 0, $ip }

        # By which device, and as whom, they are reached now.
        @peers = map { inet_aton($_) // die "the address of $_ is not known\n" } @peers;
        socket my $asking, AF_INET, SOCK_DGRAM, 0 or die "no socket: $!\n";
        connect $asking, pack_sockaddr_in 9, $peers[0] or die "there is no way to the other hosts: $!\n";
        my $own = (unpack_sockaddr_in getsockname $asking)[1];
        my ($device) = grep { my $is = pack 'a40', $_; ioctl($asking, 0x8915, $is) && substr($is, 20, 4) eq $own } map { s,.*/,,r } glob '/sys/class/net/*';
        $device // die "no device has the address " . inet_ntoa($own) . "\n";

        # What comes by another device than its answers go by is dropped where the kernel is strict (1); 2 is less so.
        my ($all, $this) = map { my $is = 0; if (open my $file, '<', "/proc/sys/net/ipv4/conf/$_/rp_filter") { $is = <$file> } 0 + $is } 'all', $device;
        if ($all < 2 && $this < 2 && $all + $this > 0) {
          open my $file, '>', "/proc/sys/net/ipv4/conf/$device/rp_filter" or die "the kernel's rp_filter is strict, and cannot be set: $!\n";
          print $file "2\n";
        }

        # A device of our own with the same address; what goes to the others goes to it, and from here on by the old one.
        mkdir '/dev/net'; -e '/dev/net/tun' or system 'mknod', '/dev/net/tun', 'c', 10, 200;
        my $name = 'pghatutor';
        sysopen my $tun, '/dev/net/tun', 2 or die "/dev/net/tun cannot be used: $!\n";
        ioctl $tun, 0x400454ca, my $made = pack 'a16 S x22', $name, 0x1001 or die "a network device could not be made: $!\n";
        socket my $out, AF_INET, SOCK_RAW, 255 or die "a raw socket could not be made: $!\n";
        setsockopt $out, SOL_SOCKET, 25, pack 'a16', $device or die "a socket could not be bound to $device: $!\n";
        sub set { ioctl $asking, $_[0], my $request = pack 'a16 a24', $name, $_[1] or die "a network device could not be set up: $!\n" }
        set 0x8916, address $own;
        set 0x891c, address inet_aton '255.255.255.255';
        set 0x8914, pack 'S', 0x41;
        for (@peers) {
          my $route = pack 'L! a16 a16 a16 S x6 L!2 s x6 p L!2 S x6', 0, address($_), '', address(inet_aton '255.255.255.255'), 5, 0, 0, 0, $name, 0, 0, 0;
          ioctl $asking, 0x890b, $route or die "no route could be laid: $!\n";
        }

        fork and exit;
        POSIX::setsid();
        $0 = 'pghatutor-slow';
        open $_, '+<', '/dev/null' for *STDIN, *STDOUT, *STDERR;
        alarm $seconds;
        sub is_ssh { unpack('x9 C', $_[0]) == 6 && grep { $_ == 22 } unpack 'x' . 4 * (15 & unpack 'C', $_[0]) . ' n2', $_[0] }
        my @queue;
        while (1) {
          my $now = now();
          send $out, $$_[1], 0, address substr $$_[1], 16, 4 for splice @queue, 0, scalar grep { $$_[0] <= $now } @queue;
          vec(my $readable = '', fileno $tun, 1) = 1;
          select($readable, undef, undef, @queue ? $queue[0][0] - $now : undef) > 0 or next;
          sysread $tun, my $packet, 65536 or exit;
          next if unpack('C', $packet) >> 4 != 4 || @queue > 20000;
          if (is_ssh $packet) { send $out, $packet, 0, address substr $packet, 16, 4 }
          elsif (rand 100 >= $percent) { push @queue, [now() + $ms / 1000, $packet] }
        }
        PERL
        }

        """;
}
