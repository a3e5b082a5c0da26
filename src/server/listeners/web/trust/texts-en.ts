import type { TrustTexts } from './texts.ts';

export const ENGLISH: TrustTexts = {
  language: 'en',
  other: { language: 'es', name: 'Español' },
  title: 'No more warnings',
  lead: 'The machine that hosts this chat made its certificate itself, so browsers do not know it. Teach this device to know it, once, and they stop warning. It can vouch for local names and private addresses only: nobody can use it to pose as your bank.',
  check: {
    looking: 'Looking whether this browser trusts it …',
    trusted: 'This browser trusts this host. There is nothing left to do.',
    untrusted: 'This browser does not trust it yet. Three steps change that.',
    unknown: 'It could not be checked: no answer. Is a firewall in between?',
    noScript: 'Without JavaScript this page cannot look whether it worked. If the address bar shows no warning in a new window, it did.',
    again: 'Check again',
    home: 'Open the chat',
  },
  get: 'Get the certificate',
  download: 'Download',
  compare: 'Compare it',
  compareWhy:
    'These words stand in the terminal of the host too, where it was started. If they differ there, somebody is between you and the host: install nothing, and tell whoever runs it. Where your system shows a SHA-256 fingerprint, it has to be this one.',
  words: 'Words of the certificate',
  fingerprint: 'SHA-256',
  install: 'Install it',
  installLead: 'Choose your system. Menus are called a little differently from version to version.',
  after: 'Close the browser, all its windows, and open it again.',
  takeBack: 'To take it back, delete “{ca}” in the same place.',
  platforms: [
    {
      id: 'windows',
      name: 'Windows',
      steps: [
        'Open the downloaded file `corrillo-ca.crt` and choose “Install Certificate…”.',
        'Keep “Current User” and go on with “Next”.',
        'Choose “Place all certificates in the following store”, then “Browse…” and “Trusted Root Certification Authorities”.',
        'Finish, and confirm the security warning with “Yes”. Chrome and Edge know it now; Firefox too, after a restart.',
      ],
      drawings: [
        {
          shape: 'window',
          title: 'Certificate',
          items: [
            { kind: 'text', text: 'Issued to: {ca}' },
            { kind: 'text', text: 'This CA Root certificate is not trusted.' },
            { kind: 'buttons', text: 'Install Certificate…', here: true },
          ],
        },
        {
          shape: 'window',
          title: 'Certificate Import Wizard',
          items: [
            { kind: 'radio', text: 'Automatically select the store' },
            { kind: 'radio', text: 'Place all certificates in this store:', on: true, here: true },
            { kind: 'field', text: 'Trusted Root Certification Authorities' },
            { kind: 'buttons', text: 'Next' },
          ],
        },
      ],
    },
    {
      id: 'macos',
      name: 'macOS',
      steps: [
        'Open the downloaded file. Keychain Access asks where to: choose “login” and “Add”.',
        'In Keychain Access, under “login” and “Certificates”, open “{ca}” by a double click.',
        'Unfold “Trust” and set “When using this certificate” to “Always Trust”.',
        'Close the window and confirm with your password. Safari and Chrome know it now; Firefox too, after a restart.',
      ],
      drawings: [
        {
          shape: 'window',
          title: '{ca}',
          items: [
            { kind: 'text', text: '▾ Trust' },
            { kind: 'text', text: 'When using this certificate:' },
            { kind: 'field', text: 'Always Trust', here: true },
          ],
        },
      ],
    },
    {
      id: 'ios',
      name: 'iPhone, iPad',
      steps: [
        'Open this page in Safari, tap “Download” above and then “Allow”.',
        'Open Settings, tap “Profile Downloaded” at the top, then “Install”, and type your passcode.',
        'Still in Settings: “General”, “About”, at the very bottom “Certificate Trust Settings”.',
        'Switch “{ca}” on, and confirm with “Continue”. Without this last step nothing changes.',
      ],
      drawings: [
        {
          shape: 'phone',
          title: 'Settings',
          items: [
            { kind: 'row', text: 'Profile Downloaded', here: true },
            { kind: 'row', text: 'Wi-Fi' },
            { kind: 'row', text: 'General' },
          ],
        },
        {
          shape: 'phone',
          title: 'Certificate Trust Settings',
          items: [
            { kind: 'text', text: 'Full trust for root certificates' },
            { kind: 'switch', text: '{ca}', on: true, here: true },
          ],
        },
      ],
    },
    {
      id: 'android',
      name: 'Android',
      steps: [
        'Tap “Download” above.',
        'Open Settings and search for “CA certificate”. It is below “Security”, “More security settings”, “Encryption & credentials”, “Install a certificate”.',
        'Choose “CA certificate”, then “Install anyway”: the warning speaks of certificates that may vouch for anything, which this one may not.',
        'Choose `corrillo-ca.crt` among the downloads. Chrome knows it now; Firefox on Android does not take it.',
      ],
      drawings: [
        {
          shape: 'phone',
          title: 'Install a certificate',
          items: [
            { kind: 'row', text: 'CA certificate', here: true },
            { kind: 'row', text: 'VPN & app user certificate' },
            { kind: 'row', text: 'Wi-Fi certificate' },
          ],
        },
        {
          shape: 'phone',
          title: 'Your data won’t be private',
          items: [
            { kind: 'text', text: 'Websites, apps and VPNs …' },
            { kind: 'buttons', text: 'Install anyway', here: true },
          ],
        },
      ],
    },
    {
      id: 'linux',
      name: 'Linux: Chrome, Chromium, Edge',
      steps: [
        'Open `chrome://certificate-manager`, then “Installed by you”. In older versions: Settings, “Privacy and security”, “Security”, “Manage certificates”, “Authorities”.',
        'Beside “Trusted Certificates” choose “Import” and the downloaded file; where it asks, trust it for identifying websites.',
        'Or in a terminal (package `libnss3-tools`): `certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n corrillo -i corrillo-ca.crt`',
      ],
      drawings: [
        {
          shape: 'window',
          title: 'Certificate Manager',
          items: [
            { kind: 'row', text: 'Local certificates › Installed by you' },
            { kind: 'text', text: 'Trusted Certificates' },
            { kind: 'buttons', text: 'Import', here: true },
          ],
        },
      ],
    },
    {
      id: 'firefox',
      name: 'Firefox',
      steps: [
        'On Windows and macOS Firefox takes what the system trusts: follow the steps of your system instead.',
        'On Linux open Settings, “Privacy & Security”, at the bottom “View Certificates…”, “Authorities”, “Import…” and choose the downloaded file.',
        'Tick “Trust this CA to identify websites” and confirm.',
      ],
      drawings: [
        {
          shape: 'window',
          title: 'Downloading Certificate',
          items: [
            { kind: 'text', text: 'Do you want to trust “{ca}”?' },
            { kind: 'check', text: 'Trust this CA to identify websites.', on: true, here: true },
            { kind: 'check', text: 'Trust this CA to identify email users.' },
            { kind: 'buttons', text: 'OK' },
          ],
        },
      ],
    },
  ],
};
