import type { Juncture, LifeArea } from '../schema/codes/goals.ts';

type Texts = { readonly fi: readonly string[]; readonly sv: readonly string[] };

/** Goals as professionals write them. */
export const GOALS: Readonly<Record<LifeArea, Texts>> = {
  HOUSING: {
    fi: ['Asunto järjestyy ennen vapautumista', 'Pysyvä asunto löytyy'],
    sv: ['Bostaden ordnas före frigivningen', 'En varaktig bostad hittas'],
  },
  INCOME: {
    fi: ['Toimeentulo on turvattu vapautumispäivästä', 'Etuushakemukset tehdään ajoissa'],
    sv: ['Försörjningen är tryggad från frigivningsdagen', 'Förmånsansökningarna görs i tid'],
  },
  DEBT: {
    fi: ['Velkatilanne selvitetään ja maksusuunnitelma tehdään'],
    sv: ['Skuldsituationen utreds och en betalningsplan görs upp'],
  },
  WORK: {
    fi: ['Työkokeilu alkaa vapautumisen jälkeen', 'Työkyky arvioidaan ja polku työhön suunnitellaan'],
    sv: ['Arbetsprövning inleds efter frigivningen', 'Arbetsförmågan bedöms och vägen till arbete planeras'],
  },
  STUDIES: { fi: ['Ammatilliset opinnot jatkuvat'], sv: ['Yrkesstudierna fortsätter'] },
  SUBSTANCES: {
    fi: ['Päihteettömyys vahvistuu', 'Päihdehoito jatkuu keskeytyksettä'],
    sv: ['Drogfriheten stärks', 'Missbrukarvården fortsätter utan avbrott'],
  },
  HEALTH: { fi: ['Hoito jatkuu vapautumisen jälkeen'], sv: ['Vården fortsätter efter frigivningen'] },
  FAMILY: {
    fi: ['Yhteys lapsiin säilyy', 'Läheissuhteet vahvistuvat'],
    sv: ['Kontakten till barnen bevaras', 'Relationerna till de närmaste stärks'],
  },
  LEISURE: { fi: ['Arkirytmi löytyy'], sv: ['En vardagsrytm hittas'] },
  CRIME_FREE_LIFE: {
    fi: ['Rikoksettoman elämän taidot vahvistuvat'],
    sv: ['Färdigheterna för ett liv utan brott stärks'],
  },
};

/** Goals as clients say them, in plain words. */
export const OWN_WORDS: Readonly<Record<LifeArea, Texts>> = {
  HOUSING: {
    fi: ['Haluan oman kämpän, en enää sohvia.', 'Tarvitsen paikan, jossa nukkua rauhassa.'],
    sv: ['Jag vill ha en egen lya.', 'Jag behöver en plats där jag kan sova i fred.'],
  },
  INCOME: {
    fi: ['Että rahat olisi tilillä, kun pääsen ulos.'],
    sv: ['Att det finns pengar på kontot när jag kommer ut.'],
  },
  DEBT: {
    fi: ['Haluan tietää, paljonko oikeasti olen velkaa.'],
    sv: ['Jag vill veta hur mycket jag egentligen är skyldig.'],
  },
  WORK: {
    fi: ['Haluan takaisin rakennukselle töihin.', 'Haluan kokeilla keittiötöitä.'],
    sv: ['Jag vill tillbaka till bygget.', 'Jag vill prova på köksarbete.'],
  },
  STUDIES: { fi: ['Koulu kesken, haluan paperit.'], sv: ['Skolan blev på hälft, jag vill ha mina papper.'] },
  SUBSTANCES: {
    fi: ['En halua enää aloittaa alusta.', 'Haluan pysyä hoidossa.'],
    sv: ['Jag vill inte börja om från början igen.', 'Jag vill hållas kvar i vården.'],
  },
  HEALTH: { fi: ['Haluan nukkua yöni.'], sv: ['Jag vill sova om nätterna.'] },
  FAMILY: { fi: ['Haluan nähdä lapsiani.'], sv: ['Jag vill träffa mina barn.'] },
  LEISURE: { fi: ['Haluan jotain tekemistä päiviin.'], sv: ['Jag vill ha något att göra om dagarna.'] },
  CRIME_FREE_LIFE: { fi: ['En halua tulla tänne enää.'], sv: ['Jag vill inte komma hit igen.'] },
};

/** What clients say after a juncture. */
export const FEEDBACK: Readonly<Record<Juncture, Texts>> = {
  ADMISSION: {
    fi: ['Kaikki tuli nopeasti, en ehtinyt hoitaa mitään.', 'Minulta kysyttiin, mitä tarvitsen.'],
    sv: ['Allt gick så fort, jag hann inte ordna något.', 'De frågade vad jag behöver.'],
  },
  PLAN: {
    fi: ['Suunnitelma tehtiin yhdessä, se oli hyvä.', 'En oikein ymmärtänyt kaikkia papereita.'],
    sv: ['Vi gjorde planen tillsammans, det var bra.', 'Jag förstod inte alla papper.'],
  },
  BEFORE_RELEASE: {
    fi: ['Tapasin työvoiman ihmisen jo täällä.', 'Asunto huolettaa eniten.'],
    sv: ['Jag träffade någon från arbetskraftsservicen redan här.', 'Bostaden oroar mest.'],
  },
  RELEASE_DAY: {
    fi: ['Joku oli portilla vastassa.', 'Sain lapun ja bussikortin.'],
    sv: ['Någon mötte mig vid porten.', 'Jag fick en lapp och ett busskort.'],
  },
  DAY_1: { fi: ['Ensimmäinen yö meni hyvin.'], sv: ['Första natten gick bra.'] },
  DAY_7: {
    fi: ['Pääsin lääkkeelle ajallaan.', 'Rahat eivät ole vielä tulleet.'],
    sv: ['Jag fick min medicin i tid.', 'Pengarna har inte kommit än.'],
  },
  DAY_30: {
    fi: ['Sama ihminen on soittanut joka viikko.', 'En tiedä, kuka minun asiaani hoitaa.'],
    sv: ['Samma person har ringt varje vecka.', 'Jag vet inte vem som sköter mitt ärende.'],
  },
  DAY_90: { fi: ['Olen vielä ulkona, se on paljon.'], sv: ['Jag är fortfarande ute, det är mycket.'] },
};

export function textFor(texts: Texts, language: string): readonly string[] {
  return language === 'SV' ? texts.sv : texts.fi;
}
