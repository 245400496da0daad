import type { InformationLanguage } from './information.ts';

/** Version 2026-2: with the statutes that open data without consent, the rights, the retention and whom to ask. Never edited. */
export const INFORMATION_2026_2: Readonly<Record<InformationLanguage, string>> = {
  fi: `Nivel näyttää sinua palveleville viranomaisille ja järjestöille tietojasi toistensa rekistereistä. Tämä teksti kertoo, mistä päätät itse ja mistä säädetään laissa.

Mistä päätät. Päätät itse, mitä tietojasi näytetään suostumuksesi perusteella, kuka ne näkee, mihin tarkoitukseen ja kuinka kauan. Suostumus on vapaaehtoinen. Saat palveluja, vaikka et suostuisi, mutta sinulta voidaan silloin kysyä samoja asioita uudelleen.

Kielto. Kielto on aina suostumusta vahvempi. Se koskee myös tietoja, jotka kirjataan myöhemmin.

Peruminen. Voit perua suostumuksen tai kiellon milloin tahansa, kokonaan tai osittain: palvelussa itse tai pyytämällä työntekijää kirjaamaan perumisen. Se, mitä on jo katsottu, jää lokiin.

Mitä laki avaa ilman suostumustasi. Osan tiedoista viranomainen saa nähdä suoraan lain nojalla. Kielto ei estä tätä, ellei laissa säädetä toisin.
– Rikosseuraamuslaitos saa antaa vankilaan tulon ja vapautumisen päivät Kelalle (1301/2021 27 §) ja työllisyyspalveluille, ja näille myös rangaistusajan suunnitelman työllistymistä koskevan osan ja työkyvyn tiedot (1301/2021 28 §).
– Rikosseuraamuslaitos saa työllisyyspalveluilta tiedon työllisyydestäsi ja suunnitelmastasi, ja sosiaali- ja terveydenhuollolta tietoja vain yksilöidyn ja perustellun pyynnön perusteella, ei koskaan diagnooseja (1301/2021 16 §).
– Sosiaalihuolto saa muilta viranomaisilta tiedot, jotka se tehtävässään tarvitsee (703/2023 64 §). Kiellosta huolimatta sosiaalihuollon tietoja saa antaa vain laissa luetelluissa tapauksissa (703/2023 56 §).
– Sosiaalihuollon ja terveydenhuollon välillä ja niiden sisällä luvasta ja kiellosta säädetään erikseen, ja kieltosi pitää (703/2023 53–55 §).
– Jos sinulla on monialainen työllistymissuunnitelma, sen osapuolet näkevät laissa luetellut tiedot (381/2023 11, 12 ja 15 §).

Hätätilanne. Yhteystietosi, lääkityksesi ja terveydentilasi voidaan näyttää hätätilanteessa lyhyen ajan, myös kiellosta huolimatta. Jokainen tällainen katselu tarkistetaan jälkikäteen.

Oikeutesi. Näet tietosi sekä sen, kuka niitä on katsonut, milloin, miksi ja millä perusteella. Se on maksutonta. Laki voi rajoittaa jonkin tiedon näyttämistä sinulle. Voit pyytää virheen korjaamista ja saada kuitin suostumuksestasi tai kiellostasi. Voit valittaa tietosuojavaltuutetulle. Edunvalvojasi voi toimia puolestasi tehtävänsä rajoissa.

Säilytys. Suostumukset ja kiellot säilytetään 12 vuotta siitä, kun ne on korvattu, ja viimeisimmät 12 vuotta kuolemasta. Katselujen loki säilytetään 12 vuotta (703/2023, liite).

Keneltä kysyt. Kysy omalta työntekijältäsi tai organisaation tietosuojavastaavalta. Riippumatonta neuvoa saat tietosuojavaltuutetun toimistosta: tietosuoja.fi.`,

  sv: `Nivel visar de myndigheter och organisationer som betjänar dig uppgifter om dig ur varandras register. Den här texten berättar vad du själv bestämmer om och vad lagen bestämmer.

Vad du bestämmer om. Du bestämmer själv vilka av dina uppgifter som visas med ditt samtycke, vem som ser dem, för vilket ändamål och hur länge. Samtycket är frivilligt. Du får service även om du inte samtycker, men då kan man behöva fråga dig om samma saker på nytt.

Förbud. Ett förbud går alltid före ett samtycke. Det gäller också uppgifter som antecknas senare.

Återkallelse. Du kan återkalla ett samtycke eller ett förbud när som helst, helt eller delvis: själv i tjänsten eller genom att be en arbetstagare registrera återkallelsen. Det som redan har visats finns kvar i loggen.

Vad lagen öppnar utan ditt samtycke. En del av uppgifterna får en myndighet se direkt med stöd av lag. Ett förbud hindrar inte detta, om inte något annat föreskrivs i lag.
– Brottspåföljdsmyndigheten får lämna ut dagarna för ankomst till fängelse och frigivning till FPA (1301/2021 27 §) och till sysselsättningstjänsterna, och till dessa också den del av planen för strafftiden som gäller sysselsättning och uppgifter om arbetsförmåga (1301/2021 28 §).
– Brottspåföljdsmyndigheten får av sysselsättningstjänsterna uppgifter om din sysselsättning och din plan, och av social- och hälsovården uppgifter endast på en specificerad och motiverad begäran, aldrig diagnoser (1301/2021 16 §).
– Socialvården får av andra myndigheter de uppgifter som den behöver för sin uppgift (703/2023 64 §). Trots ett förbud får uppgifter inom socialvården lämnas ut bara i de fall som räknas upp i lagen (703/2023 56 §).
– Mellan socialvården och hälso- och sjukvården och inom dem föreskrivs särskilt om tillstånd och förbud, och ditt förbud håller (703/2023 53–55 §).
– Om du har en sektorsövergripande sysselsättningsplan ser parterna de uppgifter som räknas upp i lagen (381/2023 11, 12 och 15 §).

Nödsituation. Dina kontaktuppgifter, din medicinering och ditt hälsotillstånd kan visas en kort tid i en nödsituation, också trots ett förbud. Varje sådan visning granskas i efterhand.

Dina rättigheter. Du ser dina uppgifter och vem som har tittat på dem, när, varför och på vilken grund. Det är avgiftsfritt. Lagen kan begränsa att någon uppgift visas för dig. Du kan be att ett fel rättas och få ett kvitto på ditt samtycke eller förbud. Du kan klaga hos dataombudsmannen. Din intressebevakare kan handla för dig inom ramen för sitt uppdrag.

Bevarande. Samtycken och förbud bevaras i 12 år efter att de har ersatts, och de senaste i 12 år efter döden. Loggen över visningar bevaras i 12 år (703/2023, bilagan).

Vem du frågar. Fråga din egen arbetstagare eller organisationens dataskyddsombud. Oberoende råd får du vid dataombudsmannens byrå: tietosuoja.fi.`,

  en: `Nivel shows the authorities and organisations that serve you data about you from each other’s registers. This text tells what you decide yourself and what the law decides.

What you decide. You decide which of your data is shown with your consent, who sees it, for what purpose and for how long. Consent is voluntary. You get services even if you do not consent, but you may then be asked the same things again.

Denial. A denial is always stronger than a consent. It also covers data that is recorded later.

Withdrawal. You can withdraw a consent or a denial at any time, wholly or in part: in the service yourself, or by asking a worker to record the withdrawal. What has already been viewed stays in the log.

What the law opens without your consent. Some data an authority may see directly by law. A denial does not prevent this unless the law says so.
– The Prison and Probation Service may give the dates of entering prison and of release to Kela (1301/2021 § 27) and to employment services, and to the latter also the employment part of the sentence plan and data on work ability (1301/2021 § 28).
– The Prison and Probation Service gets data on your employment and your plan from employment services, and from social services and health care only on a specified, reasoned request, never diagnoses (1301/2021 § 16).
– Social services get from other authorities the data they need for their task (703/2023 § 64). Despite a denial, data of social services may be given only in the cases that the law lists (703/2023 § 56).
– Between social services and health care, and within each, permission and denial are regulated separately, and your denial holds (703/2023 §§ 53–55).
– If you have a multisectoral employment plan, its parties see the data that the law lists (381/2023 §§ 11, 12 and 15).

Emergency. Your contact details, medication and health conditions can be shown for a short time in an emergency, also despite a denial. Every such viewing is reviewed afterwards.

Your rights. You see your data and who has looked at it, when, why and on what basis. This is free of charge. The law can restrict showing you some data. You can ask for an error to be corrected, and get a receipt of your consent or denial. You can complain to the Data Protection Ombudsman. Your guardian can act for you within the mandate.

Retention. Consents and denials are kept for 12 years after they have been replaced, and the newest for 12 years after death. The log of viewings is kept for 12 years (703/2023, annex).

Whom to ask. Ask your own worker or the organisation’s privacy officer. Independent advice is given by the Office of the Data Protection Ombudsman: tietosuoja.fi.`,

  plain: `Sinusta on tietoja monessa paikassa.
Tietoja on esimerkiksi vankilassa, sosiaalitoimistossa ja terveysasemalla.
Nivel on palvelu, joka näyttää näitä tietoja työntekijöille.

Sinä päätät
Sinä päätät, mitä tietojasi näytetään.
Sinä päätät, kuka näkee tietosi.
Sinä päätät, mihin tietojasi käytetään ja kuinka kauan.
Kun annat luvan, se on suostumus.
Sinun ei ole pakko suostua.
Saat palveluja, vaikka et suostu.

Voit kieltää
Kun sanot ei, se on kielto.
Kielto on vahvempi kuin suostumus.
Kielto koskee myös uusia tietoja.

Voit muuttaa mielesi
Voit perua suostumuksen tai kiellon milloin vain.
Voit perua sen itse tai pyytää apua työntekijältä.

Joskus laki antaa luvan
Joskus viranomainen saa nähdä tietojasi, vaikka et ole antanut lupaa.
Silloin laki antaa siihen luvan.
Vankila saa kertoa Kelalle, milloin tulet vankilaan ja milloin vapaudut.
Vankila saa kertoa saman työllisyyspalveluille.
Vankila saa kertoa työllisyyspalveluille myös suunnitelmastasi päästä töihin ja työkyvystäsi.
Työllisyyspalvelut saavat kertoa vankilalle työtilanteestasi.
Sosiaalihuolto saa muilta viranomaisilta tietoja, joita se tarvitsee työssään.
Jos sinulla on työllistymissuunnitelma usean viranomaisen kanssa, he näkevät siihen kuuluvat tiedot.

Hätätilanne
Hätätilanteessa työntekijä saa nähdä yhteystietosi, lääkkeesi ja tietoja terveydestäsi.
Hän saa nähdä ne vain vähän aikaa.
Hän saa nähdä ne, vaikka olet kieltänyt.
Joku muu tarkistaa aina jälkikäteen, oliko se oikein.

Sinun oikeutesi
Voit nähdä omat tietosi.
Voit nähdä, kuka on katsonut tietojasi, milloin ja miksi.
Se ei maksa mitään.
Joskus laki estää näyttämästä sinulle jotakin tietoa.
Jos tiedossa on virhe, voit pyytää, että se korjataan.
Voit saada kuitin suostumuksesta tai kiellosta.
Jos sinulla on edunvalvoja, hän voi auttaa sinua.

Kuinka kauan tietoja säilytetään
Suostumus ja kielto säilytetään 12 vuotta sen jälkeen, kun olet muuttanut niitä.
Viimeisin suostumus ja kielto säilytetään 12 vuotta kuolemasi jälkeen.
Tieto siitä, kuka on katsonut tietojasi, säilytetään 12 vuotta.

Keneltä voit kysyä
Kysy omalta työntekijältäsi tai tietosuojavastaavalta.
Voit myös valittaa tietosuojavaltuutetulle.
Verkkosivu on tietosuoja.fi.`,
};
