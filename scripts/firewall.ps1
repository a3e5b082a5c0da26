<#
.SYNOPSIS
Lets others on the local network through the Windows firewall to a Corrillo relay on this machine.

.DESCRIPTION
Not run here: this script was written with the documentation of NetSecurity and has not been run on a Windows yet.
It does what "corrillo firewall" prints for PowerShell. Run it in a PowerShell as administrator:

    powershell -ExecutionPolicy Bypass -File scripts\firewall.ps1
    powershell -ExecutionPolicy Bypass -File scripts\firewall.ps1 -Port 5001
    powershell -ExecutionPolicy Bypass -File scripts\firewall.ps1 -Undo

-WhatIf shows what would be done.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [ValidateRange(1, 65535)] [int] $Port = 5000,
    [ValidateRange(1, 65535)] [int] $ChatPort = 9009,
    [ValidateRange(1, 65535)] [int] $FilesPort = 9010,
    [ValidateRange(1, 65535)] [int] $MediaPort = 9020,
    # As the relay's --no-calls.
    [switch] $NoCalls,
    # As the relay's --no-announce: nobody finds it by mDNS.
    [switch] $NoAnnounce,
    # Takes the rules away again.
    [switch] $Undo
)

$ErrorActionPreference = 'Stop'

$identity = [Security.Principal.WindowsIdentity]::GetCurrent()
$administrator = [Security.Principal.WindowsBuiltInRole]::Administrator
if (-not ([Security.Principal.WindowsPrincipal] $identity).IsInRole($administrator)) {
    Write-Error 'Run this in a PowerShell as administrator: rules of the firewall belong to the machine.' -ErrorAction Continue
    exit 1
}

# Run twice, it leaves one set of rules: those of the last time.
$old = @(Get-NetFirewallRule -DisplayName 'Corrillo *' -ErrorAction SilentlyContinue)
if ($old.Count -gt 0 -and $PSCmdlet.ShouldProcess("$($old.Count) rules of Corrillo", 'Remove')) {
    $old | Remove-NetFirewallRule
}
if ($Undo) { exit 0 }

# The local subnet alone, in every profile: Windows takes most Wi-Fi for public.
$common = @{ Direction = 'Inbound'; Action = 'Allow'; RemoteAddress = 'LocalSubnet' }
$tcp = @($Port, $ChatPort, $FilesPort)
$udp = @()
# Calls go by UDP, and by TCP where the network drops that.
if (-not $NoCalls) { $tcp += $MediaPort; $udp += $MediaPort }
# mDNS.
if (-not $NoAnnounce) { $udp += 5353 }
if ($PSCmdlet.ShouldProcess("TCP $($tcp -join ', ') from the local subnet", 'Allow')) {
    New-NetFirewallRule @common -DisplayName 'Corrillo tcp' -Protocol TCP -LocalPort $tcp | Out-Null
}
if ($udp.Count -gt 0 -and $PSCmdlet.ShouldProcess("UDP $($udp -join ', ') from the local subnet", 'Allow')) {
    New-NetFirewallRule @common -DisplayName 'Corrillo udp' -Protocol UDP -LocalPort $udp | Out-Null
}

# A rule that blocks is stronger than one that allows. Windows makes one when somebody answers its question about Node.js with no.
$blocking = @(Get-NetFirewallRule -DisplayName 'Node.js*' -ErrorAction SilentlyContinue | Where-Object { $_.Enabled -eq 'True' -and $_.Action -eq 'Block' -and $_.Direction -eq 'Inbound' })
if ($blocking.Count -gt 0) {
    Write-Warning "$($blocking.Count) rules block Node.js and win over these. To remove them: Get-NetFirewallRule -DisplayName 'Node.js*' | Where-Object Action -eq Block | Remove-NetFirewallRule"
}
Get-NetFirewallRule -DisplayName 'Corrillo *' -ErrorAction SilentlyContinue | Format-Table DisplayName, Enabled, Direction, Action
