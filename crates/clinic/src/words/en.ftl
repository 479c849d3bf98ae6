# Every word of the clinic app. Another language is another file of the same messages, given with --words.
# What comes from the knowledge base (rules, sites, devices, medicines) is not in here.
language = en

## The frame
skip-to-content = Skip to the content
nav-label = Main
nav-patients = Patients
nav-accounts = Accounts
nav-records = Records
sign-out = Sign out
demo-practice = Demonstration: every person here is made up.
not-a-device = Not a medical device: it supports qualified people, and does not replace their judgement.
born = born { $date }
fictitious = made up
steps-label = Steps of the treatment
step-overview = Overview
step-consult = Consult
step-plan = Plan
step-treat = Treat
step-follow = Follow up
step-photographs = Photographs
save = Save
search = Search
note = Note
site = Site
changed = Changed
not-stated = not stated
back-to-patients = To the patients

## Signing in
sign-in-title = Sign in
sign-in = Sign in
sign-in-account = Account
sign-in-password = Password
sign-in-wrong = Account and password do not belong together.
demo-accounts = Demonstration accounts: doctor, assistant, reader, admin. Password of each: needlepoint-demo

## What can't be done
refused-sign-in = Sign in first
refused-sign-in-why = Nobody is signed in, or the screen was left alone for an hour.
refused-not-found = Nothing here
refused-not-found-why = There is nothing at this address, or this account may not see it.
refused-forbidden = Not with this account
refused-forbidden-why = This account may not do that. An administrator can change its role.
refused-foreign-why = The request did not come from a page of this server, so nothing was changed.
refused-conflict = Somebody was quicker
refused-conflict-why = { $by } changed this at { $at }, after you opened it. Nothing of yours was saved: open it again and enter your change there.
refused-bad-input = This can't be used
refused-too-large-why = It is larger than what is taken here.
refused-too-often = Too many tries
refused-too-often-why = Tried too often. Wait { $seconds } seconds.
refused-disk-full = The disk is full
refused-disk-full-why = Nothing was saved, because the disk is full. Everything can still be read; make room and save again.
refused-fault = A fault of ours
refused-fault-why = Something went wrong inside, and nothing was saved. The server's output says more.
conflict-keep-typing = { $by } changed this at { $at }, after you opened it. What you typed is still here and not saved. Look at their change in another window first; saving now replaces it.

## Patients
patients-title = Patients
patients-search = Search patients
patients-none = No patients yet.
patients-not-found = Nobody is found under this name.
patients-more = { $more } more: search for a name.
patient-new = New patient
patient-edit = Change the data of the patient
patient-name = Name
patient-family-name = Family name
patient-given-name = Given names
patient-birth = Born
patient-sex = Sex
patient-phone = Telephone
patient-email = E-mail
patient-confidential = Confidential: only this account and administrators see this patient
patient-kept-from-others = Seen only by administrators and
patient-needs-name = A patient needs a name.
patient-erase = Erase this patient
patient-erase-sure = Everything about { $name } is erased: consultations, plans, sessions, visits, photographs. Only the trail keeps that there was something. This can't be undone, except from a backup.
sex-female = female
sex-male = male
sex-other = other
story-title = The story so far
story-empty = Nothing yet. It begins with a consultation.
story-consultation = Consultation
story-plan = Plan
story-session = Session
story-visit = Visit
consultation-new = New consultation

## Photographs
photographs-none = No photographs yet.
photograph-add = Add a photograph
photograph-file = Photograph (JPEG or PNG)
photograph-taken-on = Taken on
photograph-caption = What it shows
photograph-drawn-again = It is drawn again before it is kept: place, camera and everything else that is not the picture is dropped. It is kept encrypted.

## Accounts
account-role = Role
account-role-of = Role of { $name }
account-change = Change
account-new = New account
account-first-password = First password
account-password-rule = Twelve characters at least.
account-name-rule = A name of letters, digits, dots, dashes, up to 60 of them.
account-exists = There is an account of this name already.
account-last-administrator = This is the last administrator: name another first.
account-disabled = shut
account-disable = Shut
account-enable = Open again
account-own = Your account
role-administrator = Administrator: everything
role-practitioner = Practitioner: consult, plan, treat
role-assistant = Assistant: patients, photographs, session records, visits
role-read-only = Read only
password-change = Change the password
password-old = Password now
password-new = New password
password-old-wrong = The password now is another.
password-changed = Changed. Everywhere else this account is signed out.
tokens-title = Tokens for programs
tokens-what-for = A program with a token acts as this account. The interface is described in
token-once = The token is shown once, here. It opens as much as your password:
token-label = What for
token-new = New token
token-revoke = Revoke

## Records
export-title = Take out
export-what = All records leave the encryption here. Keep the file as you would keep a paper file.
export-json = Everything, as JSON
export-fhir = Everything, as an HL7 FHIR R4 bundle
export-study-csv = For research, without identities, as CSV
export-study-parquet = For research, without identities, as Parquet
export-study-warning = Without names, days and texts; in a small practice people can still be recognised by age, sex and treatment together.
import-title = Take in
import-file = A file of an export, or a FHIR R4 bundle
import-skip = Leave out what is there already in another version
import-done = Taken in: { $taken }; there already: { $skipped }.
trail-title = Who changed what
trail-when = When
trail-what = What
trail-of = Of
trail-patient = patient
trail-earlier = Earlier entries
